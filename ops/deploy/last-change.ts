import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { hasCode, messageOf } from "../../host/message.ts";
import { readJson } from "../../settings/json.ts";
import type { Target } from "../target.ts";
import type { DeployRequest } from "./request.ts";
import { isSameConfig } from "./same-config.ts";

const changeSchema = z.object({
  /** What changed the file, e.g. `deploy --switch`. */
  command: z.string(),
  /** When it was through, as ISO 8601. */
  at: z.string(),
  /** The stack's file as it was before: a secret in it is encrypted. */
  former: z.string(),
  /** What the command made of it. */
  written: z.string(),
});

/** A change of the stack's file that a command has left there. */
export type Change = z.infer<typeof changeSchema>;

/** The note of the last change of a stack's file by a command, which `undo-config` goes by. */
export class LastChange {
  readonly file: string;

  constructor(target: Pick<Target, "directory" | "stack">) {
    this.file = join(target.directory, ".webnet", "ops", `${target.stack}.change.json`);
  }

  /**
   * The change; undefined where none was left, or it was put back.
   *
   * @throws Error where the note can't be read
   */
  read(): Change | undefined {
    let text: string;
    try {
      text = readFileSync(this.file, "utf8");
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      throw error;
    }
    return readJson(changeSchema, text, `the note of the last change, ${this.file},`);
  }

  /** Notes a change in place of the former one, in one step. */
  write(change: Change): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const beside = `${this.file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify(change), { mode: 0o600 });
    renameSync(beside, this.file);
  }

  /** Notes that it was put back. */
  forget(): void {
    rmSync(this.file, { force: true });
  }
}

/**
 * Notes what a command has left in the stack's file. Where the file says what it said before, nothing was left, and what was
 * noted of an earlier command stays. The command's own work is done: that it can't be noted is told, and is no failure.
 */
export function rememberChange(
  target: Pick<Target, "directory" | "stack" | "configFile">,
  change: Omit<Change, "at">,
  say: (line: string) => void,
): void {
  try {
    if (isSameConfig(readFileSync(target.configFile, "utf8"), change.former)) return;
    new LastChange(target).write({ ...change, at: new Date().toISOString() });
  } catch (error) {
    say(`undo-config won't know of this change, which could not be noted: ${messageOf(error)}`);
  }
}

/** The command that a request came by, for the note. */
export function commandOf(request: DeployRequest): string {
  if (request.kind === "rollback") return "rollback";
  if (request.kind === "switch") return "deploy --switch";
  return request.prepareOnly ? "deploy --prepare" : "deploy";
}
