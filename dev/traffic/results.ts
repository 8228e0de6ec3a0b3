import type { StreamEnd } from "./stream-end.ts";

/** The kind of traffic of a result. `openSocket` is a whole websocket, `socket` one message over it. */
export type Kind =
  "keepAlive" | "newConnection" | "http2" | "rows" | "slow" | "uploads" | "events" | "socket" | "openSocket";

/** Kinds whose client chooses how long they last: their duration is no answer time. */
const untimed: readonly Kind[] = ["slow", "uploads", "events", "openSocket"];

/** One request, stream or message that has ended. */
export interface Result {
  kind: Kind;
  /** When it began: milliseconds of `performance.now()`. */
  start: number;
  milliseconds: number;
  /** Reason of a failure: `HTTP 502`, `ECONNRESET`, `timeout`, …; undefined after a success. */
  failure: string | undefined;
  /** The release that answered, if the answer tells: e.g. `blue v1` or `frontend v1`. */
  answeredBy: string | undefined;
  /** The id of the row it wrote or meant to write. */
  row: string | undefined;
  /** How a stream ended. Undefined for other kinds and for failed streams. */
  ended?: StreamEnd | undefined;
  /** The beginning of the body of a failed answer. */
  said?: string | undefined;
}

/** The traffic from one mark to the next. Answer times are milliseconds. */
export interface StepSummary {
  step: string;
  seconds: number;
  sent: number;
  failed: number;
  /** How often each reason occurred. */
  failures: Record<string, number>;
  p50: number;
  p99: number;
  max: number;
  /** Number of acknowledged rows. */
  rowsWritten: number;
  /** How often each backend or frontend answered, if the answers tell. */
  answeredBy: Record<string, number>;
}

interface Mark {
  step: string;
  start: number;
}

/** Collects results and summarises them by step. A result belongs to the step in which it began. */
export class Results {
  readonly all: Result[] = [];
  readonly #marks: Mark[] = [];
  #end: number | undefined;

  /** Starts the step `step`. */
  mark(step: string, now = performance.now()): void {
    this.#marks.push({ step, start: now });
  }

  /** Ends the last step. */
  end(now = performance.now()): void {
    this.#end ??= now;
  }

  /** One summary per mark, in order. */
  summaries(now = performance.now()): StepSummary[] {
    return this.#marks.map((mark, index) => {
      const end = this.#marks[index + 1]?.start ?? Infinity;
      const results = this.all.filter((result) => result.start >= mark.start && result.start < end);
      return summarise(mark.step, (Math.min(end, this.#end ?? now) - mark.start) / 1000, results);
    });
  }

  /** The ids of the acknowledged rows, with the step in which each write began. */
  writtenRows(): Map<string, string | undefined> {
    const rows = new Map<string, string | undefined>();
    for (const result of this.all) {
      if (result.row !== undefined && result.failure === undefined)
        rows.set(result.row, this.#stepAt(result.start));
    }
    return rows;
  }

  #stepAt(time: number): string | undefined {
    return this.#marks.findLast((mark) => mark.start <= time)?.step;
  }
}

function summarise(step: string, seconds: number, results: Result[]): StepSummary {
  const sorted = answerTimes(results);
  return {
    step,
    seconds,
    sent: results.length,
    failed: results.filter((result) => result.failure !== undefined).length,
    failures: count(results.map((result) => result.failure)),
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: sorted.at(-1) ?? 0,
    rowsWritten: results.filter((result) => result.row !== undefined && result.failure === undefined).length,
    answeredBy: count(results.map((result) => result.answeredBy)),
  };
}

/** The sorted answer times in milliseconds, of the kinds that the backend answers at once. */
export function answerTimes(results: readonly Result[]): number[] {
  const timed = results.filter(({ kind }) => !untimed.includes(kind));
  return timed.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
}

/** The smallest value that at least `share` of the sorted values don't exceed. 0 if there are no values. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function count(values: (string | undefined)[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
