import { randomBytes } from "node:crypto";
import { localBaseUrl, type TrafficOptions } from "./options.ts";
import { events } from "./events.ts";
import { http2 } from "./http2.ts";
import { keepAlive, newConnection, rows, slow } from "./requests.ts";
import { Results, type Result, type StepSummary } from "./results.ts";
import { compareRows, readRowIds, type RowCheck } from "./rows.ts";
import type { Run } from "./run.ts";
import { socket } from "./sockets.ts";
import { uploads } from "./uploads.ts";

/** Running traffic. */
export interface Traffic {
  /** Starts the step `step`. */
  mark(step: string): void;
  /** Stops new requests, and waits for the running ones. */
  stop(): Promise<void>;
  /** One summary per step, in the order of the marks. */
  summaries(): StepSummary[];
  /** Every request so far. */
  results(): readonly Result[];
  /**
   * Reads all written rows back through the base address.
   * @throws Error when the rows can't be read.
   */
  verifyRows(): Promise<RowCheck>;
}

/**
 * Starts traffic of the given kinds. `stop()` ends it; it also ends by itself at `maxSeconds` or `maxRequests`.
 * @throws Error when the base address isn't on this machine.
 */
export function startTraffic(options: TrafficOptions): Traffic {
  const { kinds, host, maxSeconds = 900, maxRequests = 500_000, timeoutSeconds = 60 } = options;
  const results = new Results();
  const ending = new AbortController();
  const run: Run = {
    target: { baseUrl: localBaseUrl(options.baseUrl), host, authority: options.authority, timeoutSeconds },
    results,
    rowPrefix: options.rowPrefix ?? `t${Date.now().toString(36)}${randomBytes(3).toString("hex")}-`,
    dropsAllowedAfterSeconds: options.dropsAllowedAfterSeconds ?? Infinity,
    signal: ending.signal,
    recorded: () => {
      if (results.all.length >= maxRequests) ending.abort();
    },
  };
  const bound = setTimeout(() => {
    ending.abort();
  }, maxSeconds * 1000);
  results.mark(options.step ?? "start");
  const workers = Promise.all([
    ...(kinds.keepAlive ? keepAlive(run, kinds.keepAlive) : []),
    ...(kinds.newConnection ? newConnection(run, kinds.newConnection) : []),
    ...(kinds.http2 ? http2(run, kinds.http2) : []),
    ...(kinds.rows ? rows(run, kinds.rows) : []),
    ...(kinds.slow ? slow(run, kinds.slow) : []),
    ...(kinds.uploads ? uploads(run, kinds.uploads) : []),
    ...(kinds.events ? events(run, kinds.events) : []),
    ...(kinds.socket ? socket(run, kinds.socket) : []),
  ]);
  return {
    mark: (step) => {
      results.mark(step);
    },
    stop: async () => {
      clearTimeout(bound);
      ending.abort();
      await workers;
      results.end();
    },
    summaries: () => results.summaries(),
    results: () => results.all,
    verifyRows: async () => compareRows(results.writtenRows(), await readRowIds(run.target, run.rowPrefix)),
  };
}
