import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { messageOf } from "../host/message.ts";
import {
  discardScript,
  settleScript,
  showAloneScript,
  showScript,
  takeBackScript,
  undoneScript,
} from "./file-set-steps.ts";
import { CommandFailed, execInVolume, type VolumeTarget } from "./run.ts";
import { withVolume, writeFiles, type VolumeFile } from "./volume.ts";

/** The files of a volume, in a directory of their own (a generation) beside the files that are read. */
export class FileSet {
  readonly #docker: Docker;
  readonly #target: VolumeTarget;
  /** The volume's own note of this change; empty if it keeps none. */
  readonly #note: string;
  /** The directory below the volume's root. */
  readonly directory: string;
  /** The directory that was read before; empty if there was none. */
  #former = "";

  private constructor(docker: Docker, target: VolumeTarget, note: string, directory: string) {
    this.#docker = docker;
    this.#target = target;
    this.#note = note;
    this.directory = directory;
  }

  /**
   * Writes files where nobody reads them yet.
   *
   * @param note what the volume notes of these files: as pending until the change is complete. Default: it notes nothing
   */
  static async stage(
    docker: Docker,
    target: VolumeTarget,
    files: readonly VolumeFile[],
    note = "",
  ): Promise<FileSet> {
    const reserved = files.find(({ path }) => path.startsWith(".."));
    if (reserved !== undefined)
      throw new Error(
        `${reserved.path} can't be a file's name: names with two dots in front are webnet's own`,
      );
    // The time lets another update tell a directory that is still being written from a leftover.
    const directory = `..${Date.now()}-${randomBytes(3).toString("hex")}`;
    const set = new FileSet(docker, target, note, directory);
    try {
      const placed = files.map((file) => ({ ...file, path: `${directory}/${file.path}` }));
      await withVolume(docker, target, (container, path) => writeFiles(container, path, placed));
    } catch (error) {
      await set.discard();
      throw error;
    }
    return set;
  }

  /** Has the files be read from now on, all in one step, and notes that the change is pending. */
  async show(): Promise<void> {
    this.#former = await this.#run(showScript, this.directory, this.#note);
  }

  /** Completes the change: removes all other files, and the note that it is pending. */
  async settle(): Promise<void> {
    await this.#run(settleScript, this.directory, this.#note, this.#former);
  }

  /** As {@link show} and {@link settle}, at once. */
  async showAlone(): Promise<void> {
    await this.#run(showAloneScript, this.directory, this.#note);
  }

  /** Has the former files be read again. The change stays noted as pending. */
  async takeBack(): Promise<void> {
    await this.#run(takeBackScript, this.directory, this.#former);
  }

  /** Completes {@link takeBack}: removes the files and the note that a change is pending. */
  async undone(): Promise<void> {
    await this.#run(undoneScript, this.#former, this.directory);
  }

  /** Removes files that nobody reads. Never fails: that would hide why. A later change removes what is left. */
  async discard(): Promise<void> {
    await this.#run(discardScript, this.directory).catch(() => undefined);
  }

  async #run(script: string, ...words: string[]): Promise<string> {
    try {
      const argv = ["sh", "-ec", script, "files", ...words];
      return (await execInVolume(this.#docker, this.#target, argv)).trim();
    } catch (error) {
      // The script's own text tells an operator nothing.
      const why = error instanceof CommandFailed ? error.said : messageOf(error);
      throw new Error(`the files in the volume ${this.#target.volume} can't be changed: ${why}`, {
        cause: error,
      });
    }
  }
}
