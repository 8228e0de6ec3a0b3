import { recover } from "../recover/recover.ts";
import { readStatus } from "../status/status.ts";
import type { Target } from "../target.ts";
import type { ConfigFile } from "./config-file.ts";
import { reject } from "./reject.ts";
import { messageOf } from "../../host/message.ts";
import { runUpdate, type UpdateResult } from "../../pulumi/events.ts";

/** Why an update did not end well. */
export interface Failure {
  /** What Pulumi said. */
  reason: string;
  /** Whether it did anything: an update that finds the stack locked doesn't. */
  ran: boolean;
  /** The release that served, and is taken back for this reason; absent where the update itself failed. */
  served?: string;
}

const never = new AbortController().signal;

/**
 * `pulumi up` with the config as it is in the file, shown while it runs.
 *
 * @param interrupt lets it end what it is at, and do no more. Default: it can't be interrupted
 * @returns undefined where it ended well
 */
export async function update(target: Target, interrupt = never): Promise<Failure | undefined> {
  if (wasAborted(interrupt)) return { reason: "interrupted", ran: false };
  const args = ["up", "--yes", "--skip-preview"];
  const result = await runUpdate(target, args, { show: true, interrupt });
  return result.exitCode === 0 ? undefined : failureOf(result, wasAborted(interrupt));
}

/** What an update's end means. */
export function failureOf(
  { stdout, stderr, errors }: Pick<UpdateResult, "stdout" | "stderr" | "errors">,
  interrupted: boolean,
): Failure {
  // Told before the engine begins, and so no event. The second is what Pulumi's own service says, about the stack.
  const locked = /^(?:error: )?(?:the stack is currently locked[^]*|\[409\] Conflict: Another update[^]*)/m
    .exec(`${stdout}\n${stderr}`)?.[0]
    .replace(/^error: /, "")
    .trim();
  if (locked !== undefined)
    return { reason: `an update of the stack runs, or was killed: ${locked}`, ran: false };
  if (interrupted) return { reason: "interrupted", ran: true };
  return { reason: errors[0] ?? "pulumi up failed, see above", ran: true };
}

/** What taking back tells of itself. */
export interface Teller {
  say: (line: string) => void;
  /** The command that asks for the same deploy once more. */
  again: string;
}

/**
 * Puts config and platform back as they were before a deploy that failed.
 *
 * @throws Error always, since the deploy did fail: it says why, and what is true now
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
  // Before the way back, since that is when the gateway decides which releases it keeps.
  if (failure.served !== undefined) await reject(target, failure.served, failure.reason, say);
  const left = await backOnPlatform(target, config, say);
  // Pulumi may note the passphrase's salt.
  const now = config.restore() ? "is as it was" : "was put back, and somebody has edited it since";
  if (left !== undefined) {
    throw new Error(
      [
        `the deploy failed: ${failure.reason}`,
        `The stack config ${now}, but the platform could not be taken back: ${left.reason}`,
        "What serves goes on serving. To finish the way back:",
        `  npm run ops -- recover --stack ${target.stack}`,
        `  pulumi up --stack ${target.stack}`,
      ].join("\n"),
    );
  }
  const { route } = await readStatus(target);
  throw new Error(
    [
      `the deploy failed and was taken back: ${route ?? "no release"} serves, and the stack config ${now}.`,
      failure.reason,
      `Once that is corrected, deploy again, in place of any pulumi up that is named here: ${again}`,
    ].join("\n"),
  );
}

/** What to say where somebody has edited the config since: to write over it, or to update by it, is not ours to decide. */
async function leftAlone(target: Target, { reason, ran }: Failure): Promise<string> {
  const stack = `--stack ${target.stack}`;
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
    `  npm run ops -- undo-config ${stack}`,
    "Then:",
    `  npm run ops -- recover ${stack} && pulumi up ${stack}`,
  ].join("\n");
}

async function backOnPlatform(
  target: Target,
  config: ConfigFile,
  say: Teller["say"],
): Promise<Failure | undefined> {
  try {
    // An update that was stopped may have moved the route without having written that down.
    await recover(target, { report: say });
  } catch (error) {
    return { reason: messageOf(error), ran: false };
  }
  if (config.isEdited()) return { reason: "somebody has edited the stack config meanwhile", ran: false };
  return await update(target);
}

// A call, since it changes while something is awaited.
function wasAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
