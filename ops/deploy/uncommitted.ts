import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";
import { realpathSync } from "node:fs";

const boundMilliseconds = 10_000;

/**
 * Returns a reminder if the stack's file has changes that git doesn't have: another checkout would go back to git's
 * version. Undefined if git has them or ignores the file, and if there is no git or no repository.
 */
export async function uncommittedInWords(file: string): Promise<string | undefined> {
  const name = basename(file);
  const state = await stateInGit(file);
  if (state === "" || state === undefined) return undefined;
  return state.startsWith("??")
    ? `git doesn't have ${name} yet: commit it, so that every checkout says what runs.`
    : `${name} has changes that git doesn't have: commit them, so that every checkout says what runs.`;
}

/** Returns git's short status of a file. Undefined if git can't be asked. */
async function stateInGit(file: string): Promise<string | undefined> {
  return await new Promise((resolve) => {
    try {
      const real = realpathSync(file);
      // Take no lock of git's: somebody else's git command must not wait for this one, nor this one for theirs.
      const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0" };
      execFile(
        "git",
        ["status", "--porcelain", "--", basename(real)],
        { cwd: dirname(real), env, timeout: boundMilliseconds },
        (error, stdout) => {
          resolve(error === null ? stdout.trim() : undefined);
        },
      );
    } catch {
      resolve(undefined);
    }
  });
}
