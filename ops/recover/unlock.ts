import { rmSync } from "node:fs";
import type { Target } from "../target.ts";
import { sidecarEnding } from "../../pulumi/backend.ts";
import { findLocks, type LockFinding } from "../../pulumi/lock.ts";
import type { Narrator } from "./narrator.ts";
import { opsLine } from "../../settings/commands.ts";

/**
 * Removes the locks of dead updates from the stack.
 *
 * @param breakLock true to also remove a lock whose owner can't be checked from here
 * @returns true if there was one
 * @throws Error while an update of the stack runs, or may run
 */
export async function freeLocks(
  target: Target,
  breakLock: boolean,
  { report, act }: Narrator,
): Promise<boolean> {
  const locks = await findLocks(target);
  const running = locks.find(({ owner }) => owner === "running");
  if (running !== undefined) {
    throw new Error(
      `an update of ${target.stack} runs: ${running.what}. Nothing was touched. Wait until it has ended; ` +
        "if it hangs, end that process first and run this again",
    );
  }
  for (const { owner, what } of locks)
    report(`The stack is locked by ${what}${owner === "dead" ? ": that process is gone" : ""}.`);
  if (locks.some(({ owner }) => owner === "unknown") && !breakLock) {
    throw new Error(
      "whether that update still runs can't be seen from here, and nothing was touched. Look there; if it is dead: " +
        opsLine("recover --break-lock", target),
    );
  }
  if (locks.length === 0) return false;
  await act("free the lock", () => free(target, locks));
  return true;
}

/**
 * Deletes a lock file on this host directly. `pulumi cancel` would read the state first, and the kill may have damaged
 * that. It would also free every lock, even of an update that has begun since. Other backends need `pulumi cancel`, so
 * this looks for a new lock once more right before it.
 */
async function free(target: Target, locks: readonly LockFinding[]): Promise<void> {
  const files = locks.flatMap(({ file }) => (file === undefined ? [] : [file]));
  for (const file of files) {
    rmSync(file, { force: true });
    rmSync(`${file}${sidecarEnding}`, { force: true });
  }
  if (files.length === locks.length) return;
  const known = new Set(locks.map(({ url }) => url));
  const newcomer = (await findLocks(target)).find(({ url }) => !known.has(url));
  if (newcomer !== undefined)
    throw new Error(
      `an update of ${target.stack} has begun just now: ${newcomer.what}. Its lock was not touched`,
    );
  const { exitCode, stderr } = await target.pulumi(["cancel", "--yes"]);
  if (exitCode !== 0) throw new Error(`pulumi cancel failed: ${stderr.trim()}`);
}
