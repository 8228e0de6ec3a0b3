import { setTimeout as sleep } from "node:timers/promises";

const pauseMilliseconds = 10;
const answerMilliseconds = 1000;

/** Runs `work` and measures the longest time, in milliseconds, in which none of the addresses answered. */
export async function gapDuring(urls: readonly string[], work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const done = new AbortController();
  const answered = async (url: string): Promise<boolean> =>
    await fetch(`${url}/healthz`, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(answerMilliseconds),
    }).then(
      ({ ok }) => ok,
      () => false,
    );
  const asking = (async () => {
    while (!done.signal.aborted) {
      const answers = await Promise.all(urls.map(answered));
      const now = performance.now();
      if (answers.includes(true)) {
        longest = Math.max(longest, now - last);
        last = now;
      }
      await sleep(pauseMilliseconds);
    }
  })();
  try {
    await work();
  } finally {
    done.abort();
    await asking;
  }
  return longest;
}
