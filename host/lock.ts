import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, messageOf } from "./message.ts";
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
 * @throws Error if a process of another host holds the lock: this host can't tell whether that process still runs. Also
 *   if the lock of a process that has ended can't be removed
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  report: (line: string) => void,
  folder = ownFolder,
): Promise<T> {
  const lock = join(folder, `${name}.lock`);
  mkdirSync(folder, { recursive: true });
  // Tells this lock from any other, even from another one of this process.
  const mark = JSON.stringify({ ...thisProcess(), id: randomUUID() });
  let told = false;
  while (!take(lock, mark)) {
    if (isDead(lock)) {
      breakLock(lock);
      continue;
    }
    const owner = ownerOf(lock);
    if (owner !== undefined && stateOf(owner) === "elsewhere")
      throw new Error(
        `another ${name} has this folder, as process ${owner.pid} of ${owner.host}. If that one is dead: rm -r ${lock}`,
      );
    if (!told) report(`• waiting for another ${name}${owner === undefined ? "" : ` (process ${owner.pid})`}`);
    told = true;
    await sleep(pollMilliseconds);
  }
  const release = (): void => {
    // If it was taken for dead, it may be another process's by now.
    if (markOf(lock) === mark) rmSync(lock, { recursive: true, force: true });
  };
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

function take(lock: string, mark: string): boolean {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  try {
    writeFileSync(join(lock, "owner"), mark, { flag: "wx" });
    return true;
  } catch (error) {
    // This process was so slow that another one took the new lock for a dead one.
    if (hasCode(error, "ENOENT") || hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** The text by which an owner marks its lock; undefined if there is none. */
function markOf(lock: string): string | undefined {
  try {
    return readFileSync(join(lock, "owner"), "utf8");
  } catch {
    return undefined;
  }
}

function ownerOf(lock: string): Owner | undefined {
  return parseOwner(markOf(lock) ?? "");
}

function isDead(lock: string): boolean {
  const owner = ownerOf(lock);
  return owner === undefined ? isOld(lock) : stateOf(owner) === "gone";
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
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    // Another process was faster.
    if (hasCode(error, "ENOENT")) return;
    throw new Error(
      `the process that held ${lock} has ended, and the lock can't be removed (${messageOf(error)}). ` +
        `As a user who may do that: rm -r ${lock}`,
      { cause: error },
    );
  }
  try {
    if (isDead(aside)) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, lock);
  } catch {
    // What is left aside is in nobody's way.
  }
}
