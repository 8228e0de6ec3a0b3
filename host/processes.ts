import { readdirSync, readlinkSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const pollMilliseconds = 100;
const killSeconds = 30;
/** The unit of times in /proc, the same on every Linux that runs Node. */
const ticksPerSecond = 100;

/** The processes whose program file is under a folder: the surest sign that they are ours. */
export function processesUnder(folder: string): number[] {
  return allProcesses().filter((pid) => programOf(pid)?.startsWith(`${folder}/`) === true);
}

/** The program file of a process; undefined if there is no such process, or we may not look at it. */
export function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** The start time of a process; undefined if there is no such process. */
export function startOf(pid: number): Date | undefined {
  try {
    const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    // The process name, in brackets, may contain anything. The start time is the 20th field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return new Date((bootSeconds + Number(fields[19]) / ticksPerSecond) * 1000);
  } catch {
    return undefined;
  }
}

/** Arguments, environment and working directory of a process; undefined if it is gone, or we may not look at it. */
export function describeProcess(
  pid: number,
): { argv: string[]; environment: string[]; directory: string } | undefined {
  try {
    const [argv, environment] = ["cmdline", "environ"].map((name) =>
      readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0").slice(0, -1),
    );
    return { argv: argv ?? [], environment: environment ?? [], directory: readlinkSync(`/proc/${pid}/cwd`) };
  } catch {
    return undefined;
  }
}

/** The ids of all processes. */
export function allProcesses(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/**
 * Ends processes: sends SIGTERM, and SIGKILL to those that still run after the grace time. Then waits as long again for
 * the killed ones.
 *
 * @throws never for processes that are gone.
 */
export async function endProcesses(pids: readonly number[], graceSeconds: number): Promise<void> {
  for (const pid of pids) signal(pid, "SIGTERM");
  const deadline = Date.now() + graceSeconds * 1000;
  while (Date.now() < deadline && pids.some(isRunning)) await sleep(pollMilliseconds);
  const left = pids.filter(isRunning);
  for (const pid of left) signal(pid, "SIGKILL");
  while (left.some(isRunning) && Date.now() < deadline + graceSeconds * 1000) await sleep(pollMilliseconds);
}

/** Kills processes at once, as a power cut would, and waits up to 30 s until they are gone. */
export async function killProcesses(pids: readonly number[]): Promise<void> {
  for (const pid of pids) signal(pid, "SIGKILL");
  const deadline = Date.now() + killSeconds * 1000;
  while (Date.now() < deadline && pids.some(isRunning)) await sleep(pollMilliseconds);
}

/** The processes of containers whose file systems are under a folder, even if their engine no longer runs. */
export function containerProcessesUnder(folder: string): number[] {
  return allProcesses().filter((pid) => rootMountOf(pid)?.includes(`upperdir=${folder}/`) === true);
}

/** The mount points under a folder, the newest first: a newer mount may hide an older one. */
export function mountsUnder(folder: string): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .map((path) =>
      path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse();
}

function rootMountOf(pid: number): string | undefined {
  try {
    const mounts = readFileSync(`/proc/${pid}/mountinfo`, "utf8").split("\n");
    return mounts.find((line) => line.split(" ")[4] === "/");
  } catch {
    return undefined;
  }
}

/** True if a process with that id exists. A zombie counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** True if a process exists and has not ended. A zombie has ended, but stays if its parent never collects it. */
export function isRunning(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    // It has just ended, or /proc hides it (hidepid): then it is another user's, and nobody knows that it has ended.
    return isAlive(pid);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself, or we may not signal it.
  }
}
