import { whileItRuns } from "./ended.ts";
import type { GatewayContainer } from "./gateway.ts";

/** Longest wait of one command: a silent connection to a distant engine may get cut on its way. */
const longestWaitSeconds = 5;

/**
 * Waits until the update may stop a superseded release: until no worker of an earlier generation is left, or the drain
 * time has passed. By then no idle connection leads to that release any more. Streams and requests longer than the
 * drain are left: the stopping application finishes them, through workers that nginx keeps until then.
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
