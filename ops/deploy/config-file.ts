import { chmodSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { isSameConfig } from "./same-config.ts";

/**
 * The stack's file, which a deploy changes, and puts back as it was to the last byte. A text that somebody else wrote
 * meanwhile is never written over.
 */
export class ConfigFile {
  readonly former: string;
  readonly #file: string;
  /** What was read or written here last. */
  #ours: string;

  constructor(file: string) {
    // A link stays a link.
    this.#file = realpathSync(file);
    this.former = readFileSync(this.#file, "utf8");
    this.#ours = this.former;
  }

  /** Whether somebody else has changed or removed it since it was read or written here. */
  isEdited(): boolean {
    return !this.#isOurs(this.#read());
  }

  /**
   * Writes the whole file in one step: whoever reads it sees the one text or the other.
   *
   * @returns false where somebody else has edited it: it is then left as it is
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
   * @returns false where somebody else has edited the file: it is then left as it is
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
