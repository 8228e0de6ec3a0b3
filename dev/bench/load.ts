import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { TrafficOptions } from "../traffic/options.ts";
import type { Result } from "../traffic/results.ts";
import type { RowCheck } from "../traffic/rows.ts";

/** What the load's thread gives back at its end. Times are milliseconds since the load began. */
export interface LoadOutcome {
  results: Result[];
  rows: RowCheck;
}

/** What the load's thread is started with. */
export interface LoadStart {
  options: TrafficOptions;
  /** `performance.timeOrigin + performance.now()` of the load's beginning. */
  origin: number;
}

/**
 * Traffic in a thread of its own: what the bench does meanwhile, such as reading Pulumi's output, must not hold up the
 * clock that the answers are measured by.
 */
export class Load {
  readonly #worker: Worker;
  readonly #origin = performance.timeOrigin + performance.now();

  constructor(options: TrafficOptions) {
    const workerData: LoadStart = { options, origin: this.#origin };
    this.#worker = new Worker(new URL("./load-thread.ts", import.meta.url), { workerData });
  }

  /** Milliseconds since the load began, by the clock of its results. */
  now(): number {
    return performance.timeOrigin + performance.now() - this.#origin;
  }

  /**
   * Makes no new request, waits for those that run, and reads the rows back.
   * @throws Error when the thread failed or the rows can't be read.
   */
  async stop(): Promise<LoadOutcome> {
    const outcome = once(this.#worker, "message") as Promise<[LoadOutcome]>;
    this.#worker.postMessage("stop");
    const [value] = await outcome;
    return value;
  }

  /** Ends the thread, whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
