import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { applyChanges, type Change } from "../../settings/edit.ts";

/** Whether two stack configs set the same; their encryption salts don't matter. */
export function sameConfig(left: string, right: string): boolean {
  return isDeepStrictEqual(valuesOf(left), valuesOf(right));
}

function valuesOf(text: string): unknown {
  return (parse(text) as { config?: unknown } | null)?.config;
}

/** A copy of the stack config that the demo changes, so that the file in the repository never does. */
export class ConfigCopy {
  readonly file: string;
  readonly #original: string;

  constructor(original: string, copy: string) {
    this.#original = original;
    this.file = copy;
  }

  /** Copies the original anew, and makes `changes` in the copy. */
  async begin(changes: readonly Change[]): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true });
    await writeFile(this.file, applyChanges(await readFile(this.#original, "utf8"), changes));
  }

  /** Makes `changes` in the copy. */
  async change(changes: readonly Change[]): Promise<void> {
    // Read again: Pulumi itself writes its salt there.
    await writeFile(this.file, applyChanges(await readFile(this.file, "utf8"), changes));
  }

  /** Whether the copy sets what the original does. */
  async isOriginal(): Promise<boolean> {
    return sameConfig(await readFile(this.file, "utf8"), await readFile(this.#original, "utf8"));
  }
}
