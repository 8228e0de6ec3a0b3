import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { TrafficOptions } from "../traffic/options.ts";
import type { Result } from "../traffic/results.ts";
import type { RowCheck } from "../traffic/rows.ts";

/** The result of the load thread. Times are milliseconds since the load began. */
export interface LoadOutcome {
  results: Result[];
  rows: RowCheck;
}

/** The input of the load thread. */
export interface LoadStart {
  options: TrafficOptions;
  /** `performance.timeOrigin + performance.now()` of the load's beginning. */
  origin: number;
}

/**
 * Traffic in a thread of its own. The bench does other work at the same time, such as reading Pulumi's output, and this
 * must not delay the measurement of the answers.
 */
export class Load {
  readonly #worker: Worker;
  readonly #origin = performance.timeOrigin + performance.now();

  constructor(options: TrafficOptions) {
    const workerData: LoadStart = { options, origin: this.#origin };
    this.#worker = new Worker(new URL("./load-thread.ts", import.meta.url), { workerData });
  }

  /** Milliseconds since the load began, on the clock of its results. */
  now(): number {
    return performance.timeOrigin + performance.now() - this.#origin;
  }

  /**
   * Stops new requests, waits for the running ones, and reads the rows back.
   * @throws Error when the thread fails or the rows can't be read.
   */
  async stop(): Promise<LoadOutcome> {
    const outcome = once(this.#worker, "message") as Promise<[LoadOutcome]>;
    this.#worker.postMessage("stop");
    const [value] = await outcome;
    return value;
  }

  /** Terminates the thread at once. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
