import { chmodSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { isSameConfig } from "./same-config.ts";

/**
 * The stack's file. A deploy changes it, and can restore it byte for byte. It never overwrites somebody else's edit.
 */
export class ConfigFile {
  readonly former: string;
  readonly #file: string;
  /** The text that this object last read or wrote. */
  #ours: string;

  constructor(file: string) {
    // Resolve a symbolic link: the rename in write() would replace the link itself.
    this.#file = realpathSync(file);
    this.former = readFileSync(this.#file, "utf8");
    this.#ours = this.former;
  }

  /** True if somebody else has changed or removed the file since this object last read or wrote it. */
  isEdited(): boolean {
    return !this.#isOurs(this.#read());
  }

  /**
   * Replaces the whole file in one step: a reader sees either the old text or the new one.
   *
   * @returns false if somebody else has edited the file: it then stays as it is
   */
  write(text: string): boolean {
    const found = this.#read();
    if (found !== text) {
      if (!this.#isOurs(found)) return false;
      const beside = `${this.#file}.${process.pid}`;
      writeFileSync(beside, text, { mode: 0o600 });
      chmodSync(beside, statSync(this.#file).mode);
      renameSync(beside, this.#file);
    }
    this.#ours = text;
    return true;
  }

  /**
   * Puts the former text back.
   *
   * @returns false if somebody else has edited the file: it then stays as it is
   */
  restore(): boolean {
    return this.write(this.former);
  }

  #isOurs(found: string | undefined): boolean {
    return found !== undefined && isSameConfig(found, this.#ours);
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#file, "utf8");
    } catch {
      return undefined;
    }
  }
}
