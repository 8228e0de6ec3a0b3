import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { isHealthy } from "../engine/health.ts";

/** Enough for one or two checks at production intervals. */
const waitSeconds = 10;
const pollMilliseconds = 200;

/**
 * Waits a moment until a container is healthy. The gate that it passed when it was created says nothing of today: a
 * standby may have been up for weeks.
 *
 * @throws Error if the container is gone, or not healthy in time
 */
export async function waitUntilHealthy(
  docker: Docker,
  name: string,
  forSeconds = waitSeconds,
): Promise<void> {
  const deadline = Date.now() + forSeconds * 1000;
  for (;;) {
    const container = docker.getContainer(name);
    const inspected = await orMissing(container.inspect());
    if (inspected !== undefined && (await isHealthy(container, inspected))) return;
    if (inspected === undefined || Date.now() > deadline) {
      const state =
        inspected === undefined ? "gone" : (inspected.State.Health?.Status ?? inspected.State.Status);
      throw new Error(
        `the route was not moved: its target ${name} is ${state}. What served before goes on serving. ` +
          `See its log with docker logs ${name}; if it is gone, run pulumi refresh and pulumi up.`,
      );
    }
    await sleep(pollMilliseconds);
  }
}
