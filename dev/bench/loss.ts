import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { startTraffic } from "../traffic/traffic.ts";

/** What clients saw while something was done to the gateway. */
export interface Loss {
  seconds: number;
  sent: number;
  failed: number;
  p99: number;
}

const connections = 50;
const perSecond = 500;
const marginSeconds = 2;

/** Does something under the load of 50 kept connections, and counts what was lost meanwhile. */
export async function lossDuring(url: string, work: () => Promise<void>): Promise<Loss> {
  const traffic = startTraffic({
    baseUrl: url,
    kinds: { keepAlive: { connections, perSecond } },
    maxSeconds: 120,
    timeoutSeconds: 10,
  });
  await sleep(marginSeconds * 1000);
  traffic.mark("work");
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  await sleep(marginSeconds * 1000);
  await traffic.stop();
  const summary = traffic.summaries().find(({ step }) => step === "work");
  return { seconds, sent: summary?.sent ?? 0, failed: summary?.failed ?? 0, p99: summary?.p99 ?? 0 };
}

/** The old way to switch: the gateway's container is removed and made anew. */
export async function recreate(docker: Docker, old: Docker.Container): Promise<void> {
  const { Name, Config, HostConfig } = await old.inspect();
  await old.stop({ t: 10 });
  await old.remove();
  // It has its host name from the edge.
  const anew = await docker.createContainer({ ...Config, Hostname: "", name: Name.slice(1), HostConfig });
  await anew.start();
}
