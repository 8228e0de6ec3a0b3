import { chmodSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";

/** The stack's file, which a deploy changes, and puts back as it was to the last byte. */
export class ConfigFile {
  readonly former: string;
  readonly #file: string;

  constructor(file: string) {
    // A link stays a link.
    this.#file = realpathSync(file);
    this.former = this.read();
  }

  read(): string {
    return readFileSync(this.#file, "utf8");
  }

  /** Writes the whole file in one step: whoever reads it sees the one text or the other. */
  write(text: string): void {
    const beside = `${this.#file}.${process.pid}`;
    writeFileSync(beside, text);
    chmodSync(beside, statSync(this.#file).mode);
    renameSync(beside, this.#file);
  }

  /** Puts the former text back. */
  restore(): void {
    if (this.read() !== this.former) this.write(this.former);
  }
}
