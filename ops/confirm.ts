import { createInterface } from "node:readline/promises";

/** Why a question is over: the input has ended. */
const ended = new Error("the input has ended");

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
 * @param interrupt ends the question, as Ctrl-C does. Both count as no, and so does the end of the input (Ctrl-D)
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
  // At the end of the input the question would stay open for ever.
  prompt.on("close", () => {
    away.abort(ended);
  });
  // An input that has ended already closes no prompt by itself.
  if (process.stdin.readableEnded) prompt.close();
  const signal = AbortSignal.any([away.signal, ...(interrupt ? [interrupt] : [])]);
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal })).trim());
  } catch (error) {
    if (!signal.aborted) throw error;
    if (signal.reason === ended)
      console.log("\nThe input has ended without an answer, which counts as no. Add --yes to answer yes.");
    return false;
  } finally {
    prompt.close();
  }
}
