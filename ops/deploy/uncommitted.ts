import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";
import { realpathSync } from "node:fs";

const boundMilliseconds = 10_000;

/**
 * One line where the stack's file says what git doesn't have: another checkout would go back to what git has. Undefined
 * where git has it, and where there is no git or the file is in none of its folders.
 */
export async function uncommittedInWords(file: string): Promise<string | undefined> {
  const name = basename(file);
  const state = await stateInGit(file);
  if (state === "" || state === undefined) return undefined;
  return state.startsWith("??")
    ? `git doesn't have ${name} yet: commit it, so that every checkout says what runs.`
    : `${name} has changes that git doesn't have: commit them, so that every checkout says what runs.`;
}

/** What git says of a file in short; undefined where it can't be asked. */
async function stateInGit(file: string): Promise<string | undefined> {
  return await new Promise((resolve) => {
    try {
      const real = realpathSync(file);
      // It must not wait for, or keep waiting, what somebody else does there.
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
