/** Time limits for work that waits for the engine. */
export interface Bound {
  /** Seconds in all. */
  totalSeconds: number;
  /** Seconds without a sign of progress. Default: only the total counts. */
  idleSeconds?: number;
}

/** What work with a time limit gets from {@link within}. */
export interface Watch {
  /** Aborted when the time is over: the work must then close what it has open. */
  signal: AbortSignal;
  /** The work calls this at each sign of progress; the idle time starts again. */
  progressed: () => void;
}

/** The work exceeded its time limit. */
export class OutOfTime extends Error {}

/**
 * Runs work that waits for the engine, with a time limit. When the time is over this ends at once, even if the work
 * ignores its signal.
 *
 * @param what names the work in the error, e.g. "the log of a container"
 * @throws OutOfTime when the time is over; otherwise what the work throws
 */
export async function within<T>(
  what: string,
  { totalSeconds, idleSeconds }: Bound,
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const outOfTime = (why: string) => () => {
    abort.abort(new OutOfTime(`${what} ${why}. ${askEngine}`));
  };
  const total = setTimeout(outOfTime(`didn't end within ${totalSeconds} s`), totalSeconds * 1000);
  const idle =
    idleSeconds === undefined
      ? undefined
      : setTimeout(outOfTime(`stood still for ${idleSeconds} s`), idleSeconds * 1000);
  const over = new Promise<never>((_resolve, reject) => {
    abort.signal.addEventListener("abort", () => {
      reject(abort.signal.reason as OutOfTime);
    });
  });
  const watch = { signal: abort.signal, progressed: () => idle?.refresh() };
  try {
    return await Promise.race([work(watch), over]);
  } finally {
    clearTimeout(total);
    clearTimeout(idle);
  }
}

const askEngine = "See whether the engine still answers, by docker info, and run this again.";
