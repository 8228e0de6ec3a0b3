import { createInterface } from "node:readline/promises";

/**
 * Asks before data is removed.
 *
 * @returns whether to go on.
 * @throws where nobody can be asked and `--yes` wasn't given.
 */
export async function confirmRemoval(what: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new Error(`${what}: add --yes to say that this is meant`);
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${what}. Go on? [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
