import type { Target } from "../target.ts";
import { cutOffSidecars } from "./cut-off.ts";
import { findLocks } from "../../pulumi/lock.ts";
import { opsLine, recoverLine } from "../../settings/commands.ts";

/**
 * Refuses to go on while an update of the stack runs or may run, or if an interrupted one left something that blocks
 * the next update. deploy, rollback, prune and check call this first.
 *
 * @throws Error that names the update, or the command that heals
 */
export async function mustBeIdle(target: Target): Promise<void> {
  const locks = await findLocks(target);
  const running = locks.find(({ owner }) => owner === "running");
  if (running !== undefined) {
    throw new Error(
      `an update of ${target.stack} runs: ${running.what}. Wait until it has ended; nothing was touched`,
    );
  }
  const unknown = locks.find(({ owner }) => owner === "unknown");
  if (unknown !== undefined) {
    throw new Error(
      `an update of ${target.stack} runs, or was killed: ${unknown.what}. Wait until it has ended; nothing was touched. ` +
        `If you know that it is dead: ${opsLine("recover --break-lock", target)}`,
    );
  }
  const [lock] = locks;
  const [cutOff] = await cutOffSidecars(target);
  const left = lock?.what ?? (cutOff === undefined ? undefined : `it left ${cutOff} cut off`);
  if (left === undefined) return;
  throw new Error(`an update of ${target.stack} was interrupted (${left}): run ${recoverLine(target)} first`);
}
