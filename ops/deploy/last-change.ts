import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { hasCode, messageOf } from "../../host/message.ts";
import { readJson } from "../../settings/json.ts";
import type { Target } from "../target.ts";
import type { DeployRequest } from "./request.ts";
import { isSameConfig } from "./same-config.ts";

const changeSchema = z.object({
  /** The command that changed the file, e.g. `deploy --switch`. */
  command: z.string(),
  /** When the command ended, as ISO 8601. */
  at: z.string(),
  /** The stack's file before the command. Its secrets are encrypted. */
  former: z.string(),
  /** The stack's file as the command wrote it. */
  written: z.string(),
});

/** A command's change of the stack's file. */
export type Change = z.infer<typeof changeSchema>;

/** The note of the last command that changed a stack's file. `undo-config` reads it. */
export class LastChange {
  readonly file: string;

  constructor(target: Pick<Target, "directory" | "stack">) {
    this.file = join(target.directory, ".webnet", "ops", `${target.stack}.change.json`);
  }

  /**
   * Returns the change. Undefined if there is none, or if `undo-config` has put it back.
   *
   * @throws Error if the note can't be read
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

  /** Replaces the note of the former change, in one step. */
  write(change: Change): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const beside = `${this.file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify(change), { mode: 0o600 });
    renameSync(beside, this.file);
  }

  /** Removes the note: the change was put back. */
  forget(): void {
    rmSync(this.file, { force: true });
  }
}

/**
 * Notes a command's change of the stack's file. If the file says the same as before, the note of an earlier command
 * stays. If the note can't be written, it only reports that: the command's own work is done.
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

/** Returns the command of a request, for the note. */
export function commandOf(request: DeployRequest): string {
  if (request.kind === "rollback") return "rollback";
  if (request.kind === "switch") return "deploy --switch";
  return request.prepareOnly ? "deploy --prepare" : "deploy";
}
