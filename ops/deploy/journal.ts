import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readJson } from "../../settings/json.ts";
import { isAlive } from "../../toolchain/lock.ts";
import type { Target } from "../target.ts";

const entrySchema = z.object({
  pid: z.number(),
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

  /** The deploy that runs or was killed; undefined where there is none. */
  read(): JournalEntry | undefined {
    try {
      return readJson(entrySchema, readFileSync(this.file, "utf8"), `the note of a deploy, ${this.file},`);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Notes that this process deploys. */
  open(former: string): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const entry: JournalEntry = { pid: process.pid, started: new Date().toISOString(), former };
    writeFileSync(this.file, JSON.stringify(entry), { flag: "wx", mode: 0o600 });
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
  if (isAlive(entry.pid)) {
    throw new Error(
      `a deploy of ${target.stack} runs: process ${entry.pid}, since ${entry.started}. Nothing was touched.`,
    );
  }
  if (entry.former === config) {
    journal.close();
    return;
  }
  const stack = `--stack ${target.stack}`;
  throw new Error(
    [
      `a deploy of ${target.stack} was killed (process ${entry.pid}, begun ${entry.started}); the config still has what it wanted.`,
      "To go back to the config and the release from before it:",
      `  npm run ops -- deploy --abort ${stack}`,
      "To finish it:",
      `  npm run ops -- recover ${stack} && pulumi up ${stack} && rm ${journal.file}`,
    ].join("\n"),
  );
}
