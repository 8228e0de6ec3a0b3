import type { Target } from "../target.ts";
import { cutOffSidecars } from "./cut-off.ts";
import { findLocks } from "./lock.ts";

/**
 * Refuses to go on while an update of the stack runs or may run, or has left what no update gets past: for every command
 * that changes something.
 *
 * @throws Error that names the update, or the command that heals
 */
export async function mustBeIdle(target: Target): Promise<void> {
  const [lock] = await findLocks(target);
  if (lock !== undefined && lock.owner !== "dead") {
    throw new Error(
      `an update of ${target.stack} runs: ${lock.what}. Wait until it has ended; nothing was touched`,
    );
  }
  const [cutOff] = await cutOffSidecars(target);
  const left = lock?.what ?? (cutOff === undefined ? undefined : `it left ${cutOff} cut off`);
  if (left === undefined) return;
  throw new Error(
    `an update of ${target.stack} was interrupted (${left}): run npm run ops -- recover --stack ${target.stack} first`,
  );
}
