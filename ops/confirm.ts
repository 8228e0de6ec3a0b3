import { createInterface } from "node:readline/promises";

/**
 * Asks before data is removed.
 *
 * @returns whether to go on.
 * @throws where nobody can be asked and `--yes` wasn't given.
 */
export async function confirmRemoval(what: string, yes: boolean): Promise<boolean> {
  return await confirm(`${what}. Go on?`, yes);
}

/**
 * Asks before something is done.
 *
 * @param interrupt takes the question back; so does Ctrl-C. Both are a no
 * @throws where nobody can be asked and `--yes` wasn't given.
 */
export async function confirm(question: string, yes: boolean, interrupt?: AbortSignal): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new Error(`${question} Add --yes to say that this is meant.`);
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const away = new AbortController();
  prompt.on("SIGINT", () => {
    away.abort();
  });
  const signal = AbortSignal.any([away.signal, ...(interrupt ? [interrupt] : [])]);
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal })).trim());
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    prompt.close();
  }
}
