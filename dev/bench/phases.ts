import { answerTimes, percentile, type Result } from "../traffic/results.ts";

/** A part of a run, in milliseconds on the clock of the load's results. */
export interface Stretch {
  start: number;
  end: number;
}

/** A change of the platform under load. */
export interface Deploy extends Stretch {
  what: "switch" | "rollback" | "tag change" | "gateway recreated";
}

/** The client view of some stretches. Answer times are milliseconds. */
export interface Seen {
  requests: number;
  failed: number;
  p50: number;
  p99: number;
  max: number;
}

/** Summarises the results that began within one of the stretches. */
export function seenIn(results: readonly Result[], stretches: readonly Stretch[]): Seen {
  const within = results.filter((result) =>
    stretches.some(({ start, end }) => result.start >= start && result.start < end),
  );
  const times = answerTimes(within);
  return {
    requests: within.length,
    failed: within.filter(({ failure }) => failure !== undefined).length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    max: times.at(-1) ?? 0,
  };
}

/** Counts the results of each kind, and the failed ones among them. */
export function byKind(results: readonly Result[]): Map<string, { requests: number; failed: number }> {
  const kinds = new Map<string, { requests: number; failed: number }>();
  for (const { kind, failure } of results) {
    const { requests, failed } = kinds.get(kind) ?? { requests: 0, failed: 0 };
    kinds.set(kind, { requests: requests + 1, failed: failed + (failure === undefined ? 0 : 1) });
  }
  return kinds;
}
