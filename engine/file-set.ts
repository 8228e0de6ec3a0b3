import type Docker from "dockerode";
import { execInVolume, type VolumeTarget } from "./run.ts";
import { withVolume, writeFiles, type VolumeFile } from "./volume.ts";

/**
 * The link to the directory whose files are read. Files are links to files below it, so that one move of this link changes
 * all of them. What begins with two dots is passed over by whoever reads a directory of settings, such as Spring.
 */
export const liveLink = "..data";

/** Prints the directory that was read before. */
const switchScript = `
generation=$1; shift
former=$(readlink ${liveLink} || true)
ln -sfn "$generation" ..next
mv -T ..next ${liveLink}
for name; do
  if [ -L "$name" ]; then continue; fi
  if [ -d "$name" ]; then rm -rf "./$name"; fi
  ln -sfn "${liveLink}/$name" ..next
  mv -T ..next "$name"
done
echo "$former"`;

const cleanScript = `
generation=$1; shift
for entry in * .[!.]* ..?*; do
  [ -e "$entry" ] || [ -L "$entry" ] || continue
  stays=
  for name in ${liveLink} "$generation" "$@"; do
    if [ "$entry" = "$name" ]; then stays=yes; fi
  done
  [ -n "$stays" ] || rm -rf "./$entry"
done`;

/** All the files of a volume, in a directory of their own beside those that are read. */
export class FileSet {
  readonly #docker: Docker;
  readonly #target: VolumeTarget;
  readonly #names: readonly string[];
  /** The directory below the volume's root that they are in. */
  readonly directory: string;
  #former = "";

  private constructor(docker: Docker, target: VolumeTarget, names: readonly string[], directory: string) {
    this.#docker = docker;
    this.#target = target;
    this.#names = names;
    this.directory = directory;
  }

  /** Writes files where nobody reads them yet. */
  static async stage(docker: Docker, target: VolumeTarget, files: readonly VolumeFile[]): Promise<FileSet> {
    const directory = `..${Date.now()}-${process.pid}`;
    const placed = files.map((file) => ({ ...file, path: `${directory}/${file.path}` }));
    const names = [...new Set(files.map(({ path }) => path.split("/")[0] ?? path))];
    const set = new FileSet(docker, target, names, directory);
    try {
      await withVolume(docker, target, (container, path) => writeFiles(container, path, placed));
    } catch (error) {
      // On a full disk what was written would be in the way of everything; the failure must not be hidden by this one.
      await set.discard().catch(() => undefined);
      throw error;
    }
    return set;
  }

  /** Has them be read from now on, all in one step. */
  async show(): Promise<void> {
    this.#former = (await this.#run(switchScript, this.directory)).trim();
  }

  /** Has those be read again that were before {@link show}, where there were some. */
  async takeBack(): Promise<void> {
    if (this.#former !== "") await this.#run(switchScript, this.#former);
  }

  /** Removes what isn't read: former files, and whatever else is in the volume. */
  async clean(): Promise<void> {
    await this.#run(cleanScript, this.directory);
  }

  /** As {@link show} and {@link clean}, at once. */
  async showAlone(): Promise<void> {
    await this.#run(`(${switchScript}\n)\n${cleanScript}`, this.directory);
  }

  /** Removes the files again that nobody reads. */
  async discard(): Promise<void> {
    await execInVolume(this.#docker, this.#target, ["rm", "-rf", `./${this.directory}`]);
  }

  #run(script: string, directory: string): Promise<string> {
    const argv = ["sh", "-ec", script, "files", directory, ...this.#names];
    return execInVolume(this.#docker, this.#target, argv);
  }
}
