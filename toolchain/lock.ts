import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localPaths } from "./environment.ts";

const pollMilliseconds = 500;
/** A lock gets its owner at once; one without was left by a process killed in between. */
const withoutOwnerMilliseconds = 10_000;

/**
 * Does something that only one process at a time may do. The lock is a directory with its owner's process id; a lock
 * whose owner is gone is taken over.
 *
 * @param folder where the lock stands; default: the project's `.webnet/`.
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  report: (line: string) => void,
  folder = localPaths.made,
): Promise<T> {
  const lock = join(folder, `${name}.lock`);
  mkdirSync(folder, { recursive: true });
  let told = false;
  while (!take(lock)) {
    const owner = ownerOf(lock);
    if (owner === undefined ? isOld(lock) : !isAlive(owner)) {
      breakLock(lock);
      continue;
    }
    if (!told) report(`• waiting for another ${name}${owner === undefined ? "" : ` (process ${owner})`}`);
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

/** Tells whether a process with that id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(join(lock, "pid"), String(process.pid));
  return true;
}

function ownerOf(lock: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(lock, "pid"), "utf8"));
    return pid > 0 ? pid : undefined;
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

// By a rename, so that of two that find the lock dead only one removes it; what another took meanwhile goes back.
function breakLock(lock: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    const owner = ownerOf(aside);
    if (owner !== undefined && isAlive(owner)) renameSync(aside, lock);
    else rmSync(aside, { recursive: true, force: true });
  } catch {
    // Another one was faster.
  }
}
