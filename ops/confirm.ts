import { createInterface } from "node:readline/promises";

/**
 * Asks the operator before the command removes data.
 *
 * @returns true to go on.
 * @throws Error if standard input is no terminal and `--yes` is missing.
 */
export async function confirmRemoval(what: string, yes: boolean): Promise<boolean> {
  return await confirm(`${what}. Go on?`, yes);
}

/**
 * Asks the operator before the command does something.
 *
 * @param interrupt ends the question, as Ctrl-C does. Both count as no
 * @throws Error if standard input is no terminal and `--yes` is missing.
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
