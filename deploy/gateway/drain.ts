import { setTimeout as sleep } from "node:timers/promises";
import type { Gateway } from "./gateway.ts";

const pollMilliseconds = 250;
/** Beyond `worker_shutdown_timeout` nginx closes what is left; this much more is for the closing itself. */
const marginSeconds = 5;

/**
 * Waits until no worker of an earlier generation is left: they may still send requests to the release that they knew.
 * nginx ends them after the drain time at the latest, so that a wait beyond it means something is wrong.
 */
export async function drained(gateway: Gateway, drainSeconds: number): Promise<void> {
  const deadline = Date.now() + (drainSeconds + marginSeconds) * 1000;
  while ((await gateway.drainingWorkers()) > 0) {
    if (Date.now() > deadline) {
      throw new Error(
        `workers of an earlier configuration still run ${drainSeconds + marginSeconds} s after the reload; ` +
          "the releases that they may use are kept. Run pulumi up again.",
      );
    }
    await sleep(pollMilliseconds);
  }
}
