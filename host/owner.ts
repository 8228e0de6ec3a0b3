import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { isRunning } from "./processes.ts";

/** A process in a note, as JSON. */
export const ownerSchema = z.object({
  pid: z.number(),
  host: z.string(),
  /** Which start of the host it belongs to. */
  boot: z.string().optional(),
  /** When the process began, in the kernel's ticks since then: exact, whatever the clock did meanwhile. */
  ticks: z.number().optional(),
});

/** A process that a note names. Its id alone is given to another one after a reboot, or sooner. */
export type Owner = z.infer<typeof ownerSchema>;

/** `elsewhere`: on another host, so that nobody here can tell whether it still runs. */
export type OwnerState = "running" | "gone" | "elsewhere";

/** This process, for a note of which another one may have to tell whether it still holds. */
export function thisProcess(): Owner {
  const [boot, ticks] = [bootId(), ticksOf(process.pid)];
  return {
    pid: process.pid,
    host: hostname(),
    ...(boot !== undefined && { boot }),
    ...(ticks !== undefined && { ticks }),
  };
}

/** What became of a process that a note names. */
export function stateOf(owner: Owner): OwnerState {
  if (owner.host !== hostname()) return "elsewhere";
  const isSame = isRunning(owner.pid) && owner.boot === bootId() && owner.ticks === ticksOf(owner.pid);
  return isSame ? "running" : "gone";
}

/** Takes the JSON of a note, or undefined where it is none. */
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
  // The name, in brackets, may hold anything; the start is the 20th field behind it.
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
