import { whileItRuns } from "./ended.ts";
import type { GatewayContainer } from "./gateway.ts";

/** One command waits no longer: a connection on which nothing is said may be cut on its way to a distant engine. */
const longestWaitSeconds = 5;

/**
 * Waits until a superseded release may be told to stop: until no worker of an earlier generation is left, or the drain
 * time has passed. By then no idle connection leads to that release any more. What is left are streams, and requests
 * that are longer than the drain: the stopping application finishes them, through workers that nginx keeps until then.
 */
export async function drained(gateways: readonly GatewayContainer[], drainSeconds: number): Promise<void> {
  const deadline = performance.now() + drainSeconds * 1000;
  for (;;) {
    const leftSeconds = Math.max(0, (deadline - performance.now()) / 1000);
    const waitSeconds = Math.min(longestWaitSeconds, leftSeconds);
    const superseded = await Promise.all(
      gateways.map((gateway) => whileItRuns(gateway, () => gateway.supersededWorkers(waitSeconds))),
    );
    if (superseded.every((workers) => (workers ?? 0) === 0) || performance.now() >= deadline) return;
  }
}
