import { setTimeout as sleep } from "node:timers/promises";

const pauseMilliseconds = 10;
const answerMilliseconds = 1000;

/**
 * Runs `work` and measures the longest time, in milliseconds, in which none of the addresses answered. Goes on until one
 * of them answers again, for 60 s at most.
 */
export async function gapDuring(
  urls: readonly string[],
  work: () => Promise<void>,
  mostSecondsAfter = 60,
): Promise<number> {
  let longest = 0;
  let last = performance.now();
  // An answer that was on its way when the work ended doesn't show that the address answers after it.
  let lastAsked = last;
  const answered = (asked: number): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    lastAsked = Math.max(lastAsked, asked);
  };
  let end = Infinity;
  const isOver = (): boolean => lastAsked > end || performance.now() > end + mostSecondsAfter * 1000;
  // Each address by itself: one that hangs must not delay the other's answers.
  const asking = urls.map(async (url) => {
    while (!isOver()) {
      const asked = performance.now();
      if (await isAnswered(url)) answered(asked);
      await sleep(pauseMilliseconds);
    }
  });
  try {
    await work();
    end = performance.now();
  } catch (error) {
    end = -Infinity;
    throw error;
  } finally {
    await Promise.all(asking);
  }
  return lastAsked > end ? longest : Math.max(longest, performance.now() - last);
}

async function isAnswered(url: string): Promise<boolean> {
  return await fetch(`${url}/healthz`, {
    headers: { connection: "close" },
    signal: AbortSignal.timeout(answerMilliseconds),
  }).then(
    ({ ok }) => ok,
    () => false,
  );
}
