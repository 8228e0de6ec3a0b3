import { setTimeout as sleep } from "node:timers/promises";
import type { Gateway } from "./gateway.ts";

const pollMilliseconds = 250;

/**
 * Waits until a superseded release may be told to stop: until no worker of an earlier generation is left, or the drain
 * time has passed. By then no idle connection leads to that release any more. What is left are streams, and requests
 * that are longer than the drain: the stopping application finishes them, through workers that nginx keeps until then.
 */
export async function drained(gateway: Gateway, drainSeconds: number): Promise<void> {
  const deadline = performance.now() + drainSeconds * 1000;
  while ((await gateway.supersededWorkers()) > 0) {
    const left = deadline - performance.now();
    if (left <= 0) return;
    await sleep(Math.min(pollMilliseconds, left));
  }
}
