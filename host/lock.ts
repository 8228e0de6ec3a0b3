import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseOwner, stateOf, thisProcess, type Owner } from "./owner.ts";
import { ownFolder } from "./project.ts";

const pollMilliseconds = 500;
/** A process names itself in its lock at once. An older lock without an owner is from a process killed in between. */
const withoutOwnerMilliseconds = 10_000;

/**
 * Runs work that only one process at a time may do; waits while another process holds the lock. The lock is a directory
 * that names its owner. If the owner has ended, this process takes the lock over.
 *
 * @param folder the folder of the lock. Default: the project's `.webnet/`.
 * @throws Error if a process of another host holds the lock: this host can't tell whether that process still runs.
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  report: (line: string) => void,
  folder = ownFolder,
): Promise<T> {
  const lock = join(folder, `${name}.lock`);
  mkdirSync(folder, { recursive: true });
  let told = false;
  while (!take(lock)) {
    const owner = ownerOf(lock);
    if (owner === undefined ? isOld(lock) : stateOf(owner) === "gone") {
      breakLock(lock);
      continue;
    }
    if (owner !== undefined && stateOf(owner) === "elsewhere")
      throw new Error(
        `another ${name} has this folder, as process ${owner.pid} of ${owner.host}. If that one is dead: rm -r ${lock}`,
      );
    if (!told) report(`• waiting for another ${name}${owner === undefined ? "" : ` (process ${owner.pid})`}`);
    told = true;
    await sleep(pollMilliseconds);
  }
  const release = (): void => {
    rmSync(lock, { recursive: true, force: true });
  };
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(join(lock, "owner"), JSON.stringify(thisProcess()));
  return true;
}

function ownerOf(lock: string): Owner | undefined {
  try {
    return parseOwner(readFileSync(join(lock, "owner"), "utf8"));
  } catch {
    return undefined;
  }
}

function isOld(lock: string): boolean {
  try {
    return Date.now() - statSync(lock).mtimeMs > withoutOwnerMilliseconds;
  } catch {
    return false;
  }
}

// By a rename: if two processes find the lock dead, only one removes it. A lock that was taken meanwhile goes back.
function breakLock(lock: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    const owner = ownerOf(aside);
    if (owner !== undefined && stateOf(owner) !== "gone") renameSync(aside, lock);
    else rmSync(aside, { recursive: true, force: true });
  } catch {
    // Another process was faster.
  }
}
