import { setTimeout as sleep } from "node:timers/promises";
import { FailedAnswer } from "./answers.ts";
import { reasonOf, type Target } from "./request.ts";
import type { Kind, Results } from "./results.ts";
import type { StreamEnd } from "./stream-end.ts";

/** The state of a run that its workers share. */
export interface Run {
  target: Omit<Target, "agent">;
  results: Results;
  rowPrefix: string;
  /** A stream that is dropped before this age has failed. */
  dropsAllowedAfterSeconds: number;
  /** Aborted at the end of the traffic: workers then make no new requests and finish the running ones. */
  signal: AbortSignal;
  /** Workers call this after each result. It ends the run at its maximum number of requests. */
  recorded: () => void;
}

/** The outcome of a successful request. */
export interface Outcome {
  answeredBy?: string | undefined;
  row?: string | undefined;
  ended?: StreamEnd;
}

/** Runs `work` and records its result. An error of `work` becomes the reason of a failure. Returns true on success. */
export async function record(
  run: Run,
  kind: Kind,
  work: () => Promise<Outcome>,
  row?: string,
): Promise<boolean> {
  const start = performance.now();
  let outcome: Outcome = {};
  let failure: string | undefined;
  let said: string | undefined;
  try {
    outcome = await work();
  } catch (error) {
    failure = reasonOf(error);
    if (error instanceof FailedAnswer) said = error.said;
  }
  const milliseconds = performance.now() - start;
  run.results.all.push({
    kind,
    start,
    milliseconds,
    failure,
    answeredBy: outcome.answeredBy,
    row,
    ended: outcome.ended,
    said,
  });
  run.recorded();
  return failure === undefined;
}

/**
 * Calls `work` `perSecond` times a second, one call after the other, until the run ends. A call that takes longer than
 * its slot delays the next. Missed calls are not made up for.
 */
export async function atRate(run: Run, perSecond: number, work: () => Promise<void>): Promise<void> {
  const slot = 1000 / perSecond;
  let next = performance.now() + Math.random() * slot;
  while (await pause(run, next - performance.now())) {
    await work();
    next = Math.max(next + slot, performance.now());
  }
}

/**
 * Starts `perSecond` requests a second until the run ends, and waits for the last answers. Slow answers don't delay the
 * next request, but while `mostOpen` are open it starts none.
 */
export async function inParallel(
  run: Run,
  { perSecond, mostOpen }: { perSecond: number; mostOpen: number },
  start: () => Promise<unknown>,
): Promise<void> {
  const open = new Set<Promise<unknown>>();
  await atRate(run, perSecond, () => {
    if (open.size >= mostOpen) return Promise.resolve();
    const request = start();
    open.add(request);
    void request.finally(() => open.delete(request));
    return Promise.resolve();
  });
  await Promise.all(open);
}

/** Waits, and returns true if the run continues. */
export async function pause(run: Run, milliseconds: number): Promise<boolean> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: run.signal }).catch(() => undefined);
  return !run.signal.aborted;
}
