import type { Target } from "../target.ts";
import { cutOffSidecars } from "./cut-off.ts";
import { findLocks } from "../../pulumi/lock.ts";
import { opsLine, recoverLine } from "../../settings/commands.ts";

/** An update that runs, may run, or was interrupted. */
export interface Unfinished {
  /** What is known of it, as the beginning of a sentence. */
  what: string;
  /** What the operator does about it, as a sentence without its full stop. */
  next: string;
}

/** The update of the stack that runs or may run, or that left something which blocks the next one. */
export async function unfinishedUpdate(target: Target): Promise<Unfinished | undefined> {
  const locks = await findLocks(target);
  const running = locks.find(({ owner }) => owner === "running");
  if (running !== undefined)
    return { what: `an update of ${target.stack} runs: ${running.what}`, next: "Wait until it has ended" };
  const unknown = locks.find(({ owner }) => owner === "unknown");
  if (unknown !== undefined) {
    return {
      what: `an update of ${target.stack} runs, or was killed: ${unknown.what}`,
      next: `Wait until it has ended. If you know that it is dead: ${opsLine("recover --break-lock", target)}`,
    };
  }
  const [lock] = locks;
  const [cutOff] = await cutOffSidecars(target);
  const left = lock?.what ?? (cutOff === undefined ? undefined : `it left ${cutOff} cut off`);
  if (left === undefined) return undefined;
  return {
    what: `an update of ${target.stack} was interrupted (${left})`,
    next: `Before anything else: ${recoverLine(target)}`,
  };
}

/**
 * Refuses to go on while an update of the stack runs or may run, or if an interrupted one left something that blocks
 * the next update. deploy, rollback, prune and check call this first.
 *
 * @throws Error that names the update, or the command that heals
 */
export async function mustBeIdle(target: Target): Promise<void> {
  const unfinished = await unfinishedUpdate(target);
  if (unfinished !== undefined)
    throw new Error(`${unfinished.what}. Nothing was touched. ${unfinished.next}`);
}
