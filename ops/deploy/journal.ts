import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readJson } from "../../settings/json.ts";
import { ownerSchema, stateOf, thisProcess } from "../../toolchain/owner.ts";
import type { Target } from "../target.ts";

const entrySchema = z.object({
  owner: ownerSchema,
  started: z.string(),
  /** The stack's file as it was, for the way back. */
  former: z.string(),
});

/** A deploy that runs or was killed. */
export type JournalEntry = z.infer<typeof entrySchema>;

/** The note that a deploy leaves while it runs: it keeps a second one out, and knows the way back after a kill. */
export class Journal {
  readonly file: string;

  constructor(target: Target) {
    this.file = join(target.directory, ".webnet", "ops", `${target.stack}.deploy.json`);
  }

  /**
   * The deploy that runs or was killed; undefined where there is none.
   *
   * @throws Error where the note can't be read
   */
  read(): JournalEntry | undefined {
    try {
      return readJson(entrySchema, readFileSync(this.file, "utf8"), `the note of a deploy, ${this.file},`);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `${reason}. If no deploy runs, see that the stack config is as you want it, remove that file, and run this again.`,
        { cause: error },
      );
    }
  }

  /**
   * Notes that this process deploys, in one step: a kill leaves the whole note or none.
   *
   * @throws Error where another deploy was faster
   */
  open(former: string): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const entry: JournalEntry = { owner: thisProcess(), started: new Date().toISOString(), former };
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

  /** Notes that it is through. */
  close(): void {
    rmSync(this.file, { force: true });
  }
}

/**
 * Refuses a deploy beside one that runs, or on top of one that was killed and left the config changed.
 *
 * @throws Error that names the deploy, and how to go on
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
        `  npm run ops -- deploy --abort --break-lock --stack ${target.stack}`,
      ].join("\n"),
    );
  }
  if (entry.former === config) {
    journal.close();
    return;
  }
  const stack = `--stack ${target.stack}`;
  throw new Error(
    [
      `a deploy of ${target.stack} was killed (process ${pid}, begun ${entry.started}); the config still has what it wanted.`,
      "To go back to the config and the release from before it:",
      `  npm run ops -- deploy --abort ${stack}`,
      "To finish it:",
      `  npm run ops -- recover ${stack} && pulumi up ${stack} && rm ${journal.file}`,
    ].join("\n"),
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
