import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { gatewayGateScript } from "../contract/gateway.ts";
import { connectEngine, orMissing } from "../engine/client.ts";
import { passesCheck } from "../engine/health.ts";
import { boundOrWarn } from "./bound-processes.ts";
import { explain } from "./explain.ts";
import { runScript } from "./input.ts";
import { containerVerdict } from "../engine/verdict.ts";

const timeoutSeconds = 60;
const pollMilliseconds = 500;
/** An nginx that dies as soon as it works would pass a single look. */
const looksInARow = 3;

/**
 * Waits until an nginx that takes no connections yet is ready for them. This script runs the health check itself: the
 * engine's first check comes seconds later, and after a new edge no client gets an answer until the gate has passed.
 */
await runScript(gatewayGateScript, async ({ gateway, containerId, processes }) => {
  const subject = `gateway ${gateway}`;
  const docker = connectEngine();
  const container = docker.getContainer(containerId);
  if (processes !== undefined)
    for (const one of await podOf(docker, container)) await boundOrWarn(one, processes);
  const restartsBefore = (await orMissing(container.inspect()))?.RestartCount ?? 0;
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (let good = 0; good < looksInARow;) {
    const inspected = await orMissing(container.inspect());
    const verdict = containerVerdict(inspected, restartsBefore);
    if (inspected === undefined || /^exited/.test(verdict)) {
      throw new Error(await explain(container, subject, verdict));
    }
    good = (await passesCheck(container, inspected)) ? good + 1 : 0;
    if (Date.now() > deadline) {
      throw new Error(await explain(container, subject, `was not healthy within ${timeoutSeconds} s`));
    }
    await sleep(pollMilliseconds);
  }
});

/** nginx, and the edge whose network it joins. No step of an update waits for the edge itself. */
async function podOf(docker: Docker, nginx: Docker.Container): Promise<Docker.Container[]> {
  const joined = (await orMissing(nginx.inspect()))?.HostConfig.NetworkMode ?? "";
  const [, edge] = /^container:(.+)$/.exec(joined) ?? [];
  return edge === undefined ? [nginx] : [docker.getContainer(edge), nginx];
}
