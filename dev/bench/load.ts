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
  readonly #outcome: Promise<LoadOutcome>;
  readonly #origin = performance.timeOrigin + performance.now();

  /** @param thread default: the one that makes the traffic */
  constructor(options: TrafficOptions, thread: URL = new URL("./load-thread.ts", import.meta.url)) {
    const workerData: LoadStart = { options, origin: this.#origin };
    const worker = new Worker(thread, { workerData });
    this.#worker = worker;
    this.#outcome = new Promise((resolve, reject) => {
      worker.once("message", resolve).once("error", reject);
      worker.once("exit", (code) => {
        reject(new Error(`the load's thread ended with code ${code} without a result`));
      });
    });
    // Whoever calls `stop` gets the failure. Until then it must not end the bench, which has a platform to remove.
    this.#outcome.catch(() => undefined);
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
    this.#worker.postMessage("stop");
    return await this.#outcome;
  }

  /** Terminates the thread at once. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
