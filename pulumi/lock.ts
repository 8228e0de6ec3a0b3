import { readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readableJson, readJson } from "../settings/json.ts";
import { isRunning, programOf, startOf } from "../host/processes.ts";
import type { PulumiStack } from "./cli.ts";
import { backendKind, filesIn, sidecarEnding, stateFolder } from "./backend.ts";
import { locksInBucket } from "./bucket-lock.ts";

/** Tolerance between the lock's time and a process's start time, which is exact to the second only. */
const clockMilliseconds = 5000;

/** Pulumi writes a file under this ending, and renames it when it is complete. */
const unfinishedEnding = ".tmp";
/** No update takes that long to write its lock, which is one line. */
const writtenMilliseconds = 1000;

const lockSchema = z.object({
  pid: z.number(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.coerce.date(),
});

/** The owner of a stack's lock, as Pulumi recorded it when the update began. */
export type Lock = z.infer<typeof lockSchema>;

/** A lock, and whether its owner still runs. */
export interface LockFinding {
  /** `unknown` if the owner is on another host, if the lock does not name it, or if a younger update has its number. */
  owner: "running" | "dead" | "unknown";
  /** Owner, process, host and age in words. */
  what: string;
  /** The lock's file, if the backend is a folder of this host. */
  file?: string;
  /** The lock's address, if the backend is a bucket. */
  url?: string;
}

interface LockFile {
  file: string;
  text: string;
  /** Changes when the file is written, or another one gets its name. */
  version: string;
}

/** What this host knows about a process. A field is undefined if it can't be read. */
export interface ProcessFact {
  program: string | undefined;
  started: Date | undefined;
}

/** Finds every lock on the stack. */
export async function findLocks(target: PulumiStack): Promise<LockFinding[]> {
  switch (await backendKind(target)) {
    case "folder": {
      const folder = await stateFolder(target);
      if (folder === undefined) return [];
      return await locksIn(join(folder, "locks", "organization", target.project, target.stack));
    }
    case "bucket":
      return (await locksInBucket(target)).map(({ url, text }) => ({ ...judged(text), url }));
    case "service":
      return await locksOfService(target);
  }
}

/** Finds every lock in a folder. Pulumi takes each file there for a lock, even one that is not completely written. */
export async function locksIn(folder: string): Promise<LockFinding[]> {
  let files = lockFiles(folder);
  // One that is new at the second look, or has changed since, may be being written just now.
  const before = files.filter(wasCutOff).map(({ version }) => version);
  if (before.length > 0) {
    await sleep(writtenMilliseconds);
    files = lockFiles(folder);
  }
  return files.map((lock) => {
    const { file, text, version } = lock;
    return wasCutOff(lock) && before.includes(version)
      ? { owner: "dead", what: "an update that ended while it wrote its lock", file }
      : { ...judged(text), file };
  });
}

function judged(text: string): LockFinding {
  return judge(text, hostname(), processFact, new Date());
}

function lockFiles(folder: string): LockFile[] {
  return filesIn(folder)
    .filter((file) => !file.endsWith(sidecarEnding))
    .flatMap((file) => {
      const lock = readLock(file);
      return lock === undefined ? [] : [lock];
    });
}

/** A kill can leave a lock under its temporary name; a power cut, one whose text has not reached the disk. */
function wasCutOff({ file, text }: LockFile): boolean {
  if (parse(text) !== undefined) return false;
  return file.endsWith(unfinishedEnding) || text.replaceAll("\0", "").trim() === "";
}

/** Judges a lock's text by the processes of this host. */
export function judge(
  text: string,
  host: string,
  processOf: (pid: number) => ProcessFact | undefined,
  now: Date,
): LockFinding {
  const lock = parse(text);
  if (lock === undefined) return { owner: "unknown", what: "a lock that can't be read" };
  const what =
    `${lock.username}@${lock.hostname}, process ${lock.pid}, since ${lock.timestamp.toISOString()} ` +
    `(${age(now.getTime() - lock.timestamp.getTime())})`;
  if (lock.hostname !== host) return { owner: "unknown", what };
  const found = processOf(lock.pid);
  return { owner: found === undefined ? "dead" : ownerOf(found, lock), what };
}

/**
 * The kernel reuses process ids: a process that started after the lock was taken may be another update. As a clock that
 * was put forward makes every process look younger, that one is never certain.
 */
function ownerOf({ program, started }: ProcessFact, lock: Lock): LockFinding["owner"] {
  // A wrapper of the CLI has a name with a dot in front.
  if (program !== undefined && !/^\.?pulumi/.test(basename(program))) return "dead";
  const isYounger = started !== undefined && started.getTime() > lock.timestamp.getTime() + clockMilliseconds;
  return isYounger ? "unknown" : "running";
}

function processFact(pid: number): ProcessFact | undefined {
  return isRunning(pid) ? { program: programOf(pid), started: startOf(pid) } : undefined;
}

/** Pulumi Cloud, and other services like it, only tell that an update runs. */
async function locksOfService(target: PulumiStack): Promise<LockFinding[]> {
  const { exitCode, stdout, stderr } = await target.pulumi(["stack", "ls", "--json"], { ofStack: false });
  if (exitCode !== 0) throw new Error(`whether the stack is locked can't be found out: ${stderr.trim()}`);
  const schema = z.array(z.object({ name: z.string(), updateInProgress: z.boolean().optional() }));
  const stacks = readJson(schema, stdout, "what pulumi stack ls prints");
  const isOurs = (name: string): boolean => name === target.stack || name.endsWith(`/${target.stack}`);
  return stacks.some(({ name, updateInProgress }) => isOurs(name) && updateInProgress === true)
    ? [{ owner: "unknown", what: "the backend says that an update is in progress" }]
    : [];
}

function readLock(file: string): LockFile | undefined {
  try {
    const { ino, mtimeMs } = statSync(file);
    return { file, text: readFileSync(file, "utf8"), version: `${file} ${ino} ${mtimeMs}` };
  } catch {
    // The update has just ended.
    return undefined;
  }
}

function parse(text: string): Lock | undefined {
  return readableJson(lockSchema, text);
}

function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}
