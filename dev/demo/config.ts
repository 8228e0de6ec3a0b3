import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { applyChanges, type Change } from "../../settings/edit.ts";

/** True if two stack configs have the same values. Their encryption salts don't matter. */
export function sameConfig(left: string, right: string): boolean {
  return isDeepStrictEqual(valuesOf(left), valuesOf(right));
}

function valuesOf(text: string): unknown {
  return (parse(text) as { config?: unknown } | null)?.config;
}

/** A copy of the stack config. The demo changes the copy; the file in the repository stays as it is. */
export class ConfigCopy {
  readonly file: string;
  readonly #original: string;

  constructor(original: string, copy: string) {
    this.#original = original;
    this.file = copy;
  }

  /** Copies the original again, and makes `changes` in the copy. */
  async begin(changes: readonly Change[]): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true });
    await writeFile(this.file, applyChanges(await readFile(this.#original, "utf8"), changes));
  }

  /** Makes `changes` in the copy. */
  async change(changes: readonly Change[]): Promise<void> {
    // Read the file again: Pulumi writes its salt to it.
    await writeFile(this.file, applyChanges(await readFile(this.file, "utf8"), changes));
  }

  /** True if the copy has the same values as the original. */
  async isOriginal(): Promise<boolean> {
    return sameConfig(await readFile(this.file, "utf8"), await readFile(this.#original, "utf8"));
  }
}
