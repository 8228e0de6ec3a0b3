import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { startTraffic } from "../traffic/traffic.ts";

/** Duration and client view of one change of the gateway; `p99` is in milliseconds. */
export interface Loss {
  seconds: number;
  sent: number;
  failed: number;
  p99: number;
}

const connections = 50;
const perSecond = 500;
const marginSeconds = 2;

/** Runs `work` under the load of 50 kept connections, and counts the requests lost meanwhile. */
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

/** The old way to switch: removes the gateway's container and creates it again. */
export async function recreate(docker: Docker, old: Docker.Container): Promise<void> {
  const { Name, Config, HostConfig } = await old.inspect();
  await old.stop({ t: 10 });
  await old.remove();
  // The container shares the edge's network and takes its host name from there.
  const anew = await docker.createContainer({ ...Config, Hostname: "", name: Name.slice(1), HostConfig });
  await anew.start();
}
