import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { isRunning } from "./processes.ts";

/** The JSON in which a note names a process. */
export const ownerSchema = z.object({
  pid: z.number(),
  host: z.string(),
  /** The id of the host's boot. */
  boot: z.string().optional(),
  /** Start of the process, in the kernel's ticks since boot: exact, even if the clock was set meanwhile. */
  ticks: z.number().optional(),
});

/** A process that a note names. Its id alone is not enough: the kernel reuses ids, after a reboot or sooner. */
export type Owner = z.infer<typeof ownerSchema>;

/** `elsewhere`: on another host, so this host can't tell whether it still runs. */
export type OwnerState = "running" | "gone" | "elsewhere";

/** This process, for a note. Another process can tell from it whether this one still runs. */
export function thisProcess(): Owner {
  const [boot, ticks] = [bootId(), ticksOf(process.pid)];
  return {
    pid: process.pid,
    host: hostname(),
    ...(boot !== undefined && { boot }),
    ...(ticks !== undefined && { ticks }),
  };
}

/** Whether a process that a note names still runs. */
export function stateOf(owner: Owner): OwnerState {
  if (owner.host !== hostname()) return "elsewhere";
  if (!isRunning(owner.pid) || owner.boot !== bootId()) return "gone";
  const ticks = ticksOf(owner.pid);
  // /proc may hide another user's process: then it counts as the noted one.
  return ticks === undefined || ticks === owner.ticks ? "running" : "gone";
}

/** Reads the JSON of a note; undefined if it is not one. */
export function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function bootId(): string | undefined {
  return read("/proc/sys/kernel/random/boot_id")?.trim();
}

function ticksOf(pid: number): number | undefined {
  // The process name, in brackets, may contain anything. The start time is the 20th field after it.
  const ticks = read(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ")[19];
  return ticks === undefined ? undefined : Number(ticks);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
