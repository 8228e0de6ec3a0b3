/** How long something that waits for the engine may take. */
export interface Bound {
  /** Seconds in all. */
  totalSeconds: number;
  /** Seconds without a sign of progress. Default: none but those in all. */
  idleSeconds?: number;
}

/** What a piece of work is given that must not wait for ever. */
export interface Watch {
  /** Aborted when the time is over: whatever is open then must be closed. */
  signal: AbortSignal;
  /** To be called for each sign of progress; the idle time begins anew. */
  progressed: () => void;
}

/** Something took longer than it may. */
export class OutOfTime extends Error {}

/**
 * Does something that waits for the engine, with a bound in time. When the time is over this ends at once, whether the
 * work heeds its signal or not.
 *
 * @param what names the work in the error, e.g. "the log of a container"
 * @throws OutOfTime when the time is over; else what the work throws
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
