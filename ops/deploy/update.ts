import { recover } from "../recover/recover.ts";
import { readStatus } from "../status/status.ts";
import type { Target } from "../target.ts";
import type { ConfigFile } from "./config-file.ts";
import { reject } from "./reject.ts";
import { messageOf } from "../../host/message.ts";
import { runUpdate, type UpdateResult } from "../../pulumi/events.ts";
import { opsLine, pulumiLine, recoverLine } from "../../settings/commands.ts";

/** Why an update or a deploy failed. */
export interface Failure {
  /** Pulumi's message, or what the bake found. */
  reason: string;
  /** False if the update did nothing, for example because the stack is locked. */
  ran: boolean;
  /** The release that served and is now taken back. Absent if the update itself failed. */
  served?: string;
}

const never = new AbortController().signal;

/**
 * Runs `pulumi up` with the config in the stack's file, and shows its output.
 *
 * @param interrupt if aborted, Pulumi finishes its current steps and stops. Default: nothing interrupts the update
 * @returns undefined if the update succeeded
 */
export async function update(target: Target, interrupt = never): Promise<Failure | undefined> {
  if (wasAborted(interrupt)) return { reason: "interrupted", ran: false };
  const args = ["up", "--yes", "--skip-preview"];
  const result = await runUpdate(target, args, { show: true, interrupt });
  return result.exitCode === 0 ? undefined : failureOf(result, wasAborted(interrupt));
}

/** Returns the reason why an update failed. */
export function failureOf(
  { stdout, stderr, errors }: Pick<UpdateResult, "stdout" | "stderr" | "errors">,
  interrupted: boolean,
): Failure {
  // The CLI prints this before the engine starts, so the event log doesn't have it. The second form is Pulumi Cloud's.
  const locked = /^(?:error: )?(?:the stack is currently locked[^]*|\[409\] Conflict: Another update[^]*)/m
    .exec(`${stdout}\n${stderr}`)?.[0]
    .replace(/^error: /, "")
    .trim();
  if (locked !== undefined)
    return { reason: `an update of the stack runs, or was killed: ${locked}`, ran: false };
  if (interrupted) return { reason: "interrupted", ran: true };
  return { reason: errors[0] ?? "pulumi up failed, see above", ran: true };
}

/** How {@link takeBack} reports to the operator. */
export interface Teller {
  say: (line: string) => void;
  /** The command that repeats the deploy. */
  again: string;
}

/**
 * Takes config and platform back to where they were before a failed deploy.
 *
 * @throws Error always, because the deploy failed: it says why, and how things are now
 */
export async function takeBack(
  target: Target,
  config: ConfigFile,
  failure: Failure,
  { say, again }: Teller,
): Promise<never> {
  if (!config.restore()) throw new Error(await leftAlone(target, failure));
  if (!failure.ran)
    throw new Error(`${failure.reason}\nNothing was deployed, and the stack config is as it was.`);
  say(
    `The deploy failed (${firstLine(failure.reason)}). Taking it back: the stack config is as it was, now the platform.`,
  );
  // Before the second update: during it the gateway decides which releases it keeps.
  if (failure.served !== undefined) await reject(target, failure.served, failure.reason, say);
  const left = await backOnPlatform(target, config, say);
  // During the update Pulumi may have written the passphrase's salt into the file.
  const now = config.restore() ? "is as it was" : "was put back, and somebody has edited it since";
  if (left !== undefined) {
    throw new Error(
      [
        `the deploy failed: ${failure.reason}`,
        `The stack config ${now}, but the platform could not be taken back: ${left.reason}`,
        "What serves goes on serving. To finish the way back:",
        `  ${recoverLine(target)}`,
        `  ${pulumiLine("up", target)}`,
      ].join("\n"),
    );
  }
  const { route } = await readStatus(target);
  throw new Error(
    [
      `the deploy failed and was taken back: ${route ?? "no release"} serves, and the stack config ${now}.`,
      failure.reason,
      `${toGoOn(failure.reason)}: ${again}`,
    ].join("\n"),
  );
}

/** What comes before the command that deploys again. The reason may name other commands, for who uses Pulumi alone. */
function toGoOn(reason: string): string {
  if (firstLine(reason).includes("interrupted")) return "To deploy again";
  const instead = reason.includes("pulumi up") ? ", in place of the pulumi up that is named above" : "";
  return `Once that is corrected, deploy again${instead}`;
}

/** The message if somebody has edited the config since. We neither overwrite nor apply an edit that is not ours. */
async function leftAlone(target: Target, { reason, ran }: Failure): Promise<string> {
  const edited = "Somebody has edited the stack config since this deploy wrote it, and it is left as it is";
  if (!ran)
    return [
      reason,
      `Nothing was deployed. ${edited}: unless they took it out, it has what this deploy wanted (see above).`,
    ].join("\n");
  const { route } = await readStatus(target, "told");
  return [
    `the deploy failed: ${reason}`,
    `${edited}. So nothing was taken back: ${route ?? "no release"} serves.`,
    "To go back, take out of the config what this deploy changed (see above), with the edit left in or not; to leave it in:",
    `  ${opsLine("undo-config", target)}`,
    "Then:",
    `  ${recoverLine(target)} && ${pulumiLine("up", target)}`,
  ].join("\n");
}

async function backOnPlatform(
  target: Target,
  config: ConfigFile,
  say: Teller["say"],
): Promise<Failure | undefined> {
  try {
    // The stopped update may have moved the route without recording that in the state.
    await recover(target, { report: say });
  } catch (error) {
    return { reason: messageOf(error), ran: false };
  }
  if (config.isEdited()) return { reason: "somebody has edited the stack config meanwhile", ran: false };
  return await update(target);
}

// A function, because the signal may change during an await, and TypeScript's narrowing doesn't see that.
function wasAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
