import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readJson } from "../../settings/json.ts";
import { ownerSchema, stateOf, thisProcess } from "../../host/owner.ts";
import type { Target } from "../target.ts";
import { isSameConfig } from "./same-config.ts";
import { hasCode, messageOf } from "../../host/message.ts";
import { opsLine, pulumiLine, type ForStack } from "../../settings/commands.ts";

const entrySchema = z.object({
  owner: ownerSchema,
  started: z.string(),
  /** The stack's file before the deploy, for the way back. */
  former: z.string(),
  /** The text that the deploy wrote there. Notes of earlier webnet versions lack it. */
  wanted: z.string().optional(),
});

/** The note of a deploy that runs or was killed. */
export type JournalEntry = z.infer<typeof entrySchema>;

/** The note of a running deploy. It keeps a second deploy out, and holds the way back after a kill. */
export class Journal {
  readonly file: string;
  readonly #target: ForStack;

  constructor(target: Target) {
    this.#target = { stack: target.stack, directory: target.directory };
    this.file = join(target.directory, ".webnet", "ops", `${target.stack}.deploy.json`);
  }

  /**
   * Returns the note of a deploy that runs or was killed. Undefined if there is none.
   *
   * @throws Error if the note can't be read
   */
  read(): JournalEntry | undefined {
    try {
      return readJson(entrySchema, readFileSync(this.file, "utf8"), `the note of a deploy, ${this.file},`);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      const reason = messageOf(error);
      throw new Error(
        `${reason}. If no deploy runs, see that the stack config is as you want it, remove that file, and run this again.`,
        { cause: error },
      );
    }
  }

  /**
   * Writes the note that this process deploys, in one step: a kill leaves the whole note or none.
   *
   * @throws Error if another deploy has just written its note
   */
  open({ former, wanted }: { former: string; wanted: string }): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const started = new Date().toISOString();
    const entry: JournalEntry = { owner: thisProcess(), started, former, wanted };
    const beside = `${this.file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify(entry), { mode: 0o600 });
    try {
      linkSync(beside, this.file);
    } catch (error) {
      if (hasCode(error, "EEXIST"))
        throw new Error("another deploy has just begun. Nothing was touched.", { cause: error });
      throw error;
    } finally {
      rmSync(beside);
    }
  }

  /** Removes the note: the deploy is over. */
  close(): void {
    rmSync(this.file, { force: true });
  }

  /** The command that finishes a killed deploy with the config as it is now. */
  get finishing(): string {
    return opsLine("deploy --finish", this.#target);
  }
}

/**
 * Says that a deploy of the stack runs, or was killed and left the config changed. Undefined if neither is so.
 *
 * @param config the stack's file as it is
 */
export function deployInWords(target: Target, config: string): string | undefined {
  let entry: JournalEntry | undefined;
  try {
    entry = new Journal(target).read();
  } catch (error) {
    return `Whether a deploy runs isn't known: ${messageOf(error)}`;
  }
  if (entry === undefined) return undefined;
  const { owner, started, former } = entry;
  const state = stateOf(owner);
  if (state === "running") return `A deploy runs: process ${owner.pid}, since ${started}.`;
  if (state === "elsewhere")
    return `A deploy runs on ${owner.host} as process ${owner.pid}, since ${started}, or was killed there.`;
  if (isSameConfig(former, config)) return undefined;
  const [abort, finish] = ["abort", "finish"].map((option) => opsLine(`deploy --${option}`, target));
  const killed = `A deploy was killed, begun ${started}`;
  return isOfDeploy(entry, config)
    ? `${killed}. To take it back: ${abort}. To finish it: ${finish}.`
    : `${killed}, and somebody has edited the config since. Where ${pulumiLine("preview", target)} shows nothing to do, that deploy is over; else see that the config says what you want, then: ${finish}.`;
}

/** True if the config is as before the deploy, or as the deploy wrote it. Otherwise somebody has edited it since. */
export function isOfDeploy({ former, wanted }: JournalEntry, config: string): boolean {
  return isSameConfig(config, former) || (wanted !== undefined && isSameConfig(config, wanted));
}

/**
 * True if the config is neither as before the deploy nor as it wrote it. The deploy is none of it any more: whether the
 * platform is what the config says, each command sees by itself.
 */
function wasEditedSince(entry: JournalEntry, config: string): boolean {
  return entry.wanted !== undefined && !isOfDeploy(entry, config);
}

/**
 * Refuses to go on while another deploy runs, or if a killed one left the config as it wrote it. It touches nothing, since
 * commands that only look call it as well.
 *
 * @throws Error that names the other deploy, and says how to go on
 */
export function mustBeAlone(target: Target, config: string): void {
  const journal = new Journal(target);
  const entry = journal.read();
  if (entry === undefined) return;
  const { pid, host } = entry.owner;
  const state = stateOf(entry.owner);
  if (state === "running") {
    throw new Error(
      `a deploy of ${target.stack} runs: process ${pid}, since ${entry.started}. Nothing was touched.`,
    );
  }
  if (state === "elsewhere") {
    throw new Error(
      [
        `a deploy of ${target.stack} runs on ${host} as process ${pid}, since ${entry.started}, or was killed there. ` +
          "Nothing was touched. Look there; if it is dead:",
        `  ${opsLine("deploy --abort --break-lock", target)}`,
      ].join("\n"),
    );
  }
  if (isSameConfig(entry.former, config) || wasEditedSince(entry, config)) return;
  const killed = `a deploy of ${target.stack} was killed (process ${pid}, begun ${entry.started})`;
  throw new Error(
    isOfDeploy(entry, config)
      ? [
          `${killed}; the config still has what it wanted.`,
          "To go back to the config and the release from before it:",
          `  ${opsLine("deploy --abort", target)}`,
          "To finish it:",
          `  ${journal.finishing}`,
        ].join("\n")
      : `${killed}. ${editedSince(journal, entry)}`,
  );
}

/**
 * The same, for a command that is about to change the config: if the config is not what a killed deploy wrote, this also
 * removes its note, which the change would make look like an unfinished one.
 *
 * @throws Error as {@link mustBeAlone} does
 */
export function beginAlone(target: Target, config: string): void {
  mustBeAlone(target, config);
  new Journal(target).close();
}

/** Returns the message for a config for which {@link isOfDeploy} is false. */
export function editedSince(journal: Journal, { wanted }: JournalEntry): string {
  const why =
    wanted === undefined
      ? "The config isn't as it was before it, and a note of an earlier webnet doesn't tell whether somebody has edited it since"
      : "The config is neither as it was before it nor what it wrote: somebody has edited it since";
  return [
    `${why}. It is left as it is, and nothing was touched. See that it says what you want, then:`,
    `  ${journal.finishing}`,
  ].join("\n");
}
