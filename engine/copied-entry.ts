import { posix } from "node:path";
import type { Header } from "tar-stream";
import { linkTarget } from "./link-target.ts";

/** A directory to copy, and the name of the copy. */
export interface Renaming {
  /** Absolute path of the directory. */
  from: string;
  /** Name of the copy, below the target directory. */
  to: string;
  /** Names that must not occur at the directory's top. */
  reserved: readonly string[];
  /** The time that every file of the copy gets. */
  mtime: Date;
}

/** The fields that are read from an entry. A broken entry may have no type, or be a link without a target. */
export type ReadEntry = Pick<Header, "name" | "size"> & { type: string | null; linkname: string | null };

/** The fields that are written for an entry. */
export type WrittenEntry = Partial<Header> & Pick<Header, "name">;

const owner = { uid: 0, gid: 0 };
const untyped = "thing of no known type";

/**
 * Turns the entries of a directory into those of its copy, one after the other: renamed, owned by root, readable by
 * everybody. Links inside the directory stay links. An entry that can't be copied becomes a problem with its name.
 */
export class CopiedEntries {
  /** The number of files, with hard links. */
  files = 0;
  readonly #renaming: Renaming;
  readonly #problems: string[] = [];
  /** Paths copied so far. */
  readonly #directories = new Set<string>();
  readonly #files = new Set<string>();
  readonly #links = new Map<string, string>();
  /** Links that go up (`..`) from a path that may still turn out to be a link itself. */
  readonly #climbs: { path: string; target: string; climbed: string }[] = [];
  #isFirst = true;

  constructor(renaming: Renaming) {
    this.#renaming = renaming;
  }

  /** The entries that can't be copied, a sentence each, without a full stop. Complete after the last entry. */
  get problems(): string[] {
    const unsure = this.#climbs.filter(({ climbed }) => !this.#directories.has(climbed));
    return [
      ...this.#problems,
      ...unsure.map(
        ({ path, target, climbed }) =>
          `${this.#shown(path)} is a symbolic link to ${target}, which goes up (..) from ${this.#shown(climbed)}, and that is no plain directory`,
      ),
    ];
  }

  /** The new entry, without a file's content; undefined if it can't be copied. */
  take(header: ReadEntry): WrittenEntry | undefined {
    const path = belowTop(header.name);
    const isTop = this.#isFirst;
    this.#isFirst = false;
    const problem = isTop ? this.#topProblem(header) : this.#nameProblem(path);
    const taken = problem ?? this.#renamed(path, header);
    if (typeof taken !== "string") return taken;
    this.#problems.push(taken);
    return undefined;
  }

  #topProblem({ type, linkname }: ReadEntry): string | undefined {
    const { from } = this.#renaming;
    if (type === "directory") return undefined;
    if (type === "symlink") return `${from} is a symbolic link to ${linkname ?? "nothing"}, not a directory`;
    return `${from} is a ${type ?? untyped}, not a directory`;
  }

  #nameProblem(path: string): string | undefined {
    const shown = this.#shown(path);
    if (path.includes("\ufffd")) return `${shown} has a name that is not UTF-8`;
    if (path.split("/").includes("..")) return `${shown} leads out of ${this.#renaming.from}`;
    if (this.#renaming.reserved.includes(path)) return `${shown} has a name that webnet itself needs`;
    return undefined;
  }

  /** The new entry, or the problem as a sentence. */
  #renamed(path: string, { type, size, linkname }: ReadEntry): WrittenEntry | string {
    const name = this.#newName(path);
    const about = { name, ...owner, mtime: this.#renaming.mtime };
    switch (type) {
      case "directory":
        this.#directories.add(path);
        return { ...about, type, mode: 0o755 };
      case "file":
      case "contiguous-file":
        this.files += 1;
        this.#files.add(path);
        return { ...about, type: "file", mode: 0o644, size };
      case "link": {
        const target = belowTop(linkname ?? "");
        // A symbolic link is followed from the place where it stands: by its second name, it may lead out.
        const followed = this.#links.get(target);
        if (followed !== undefined) return this.#linked(about, path, followed);
        if (!this.#files.has(target))
          return `${this.#shown(path)} is a hard link to ${linkname ?? "nothing"}, which is not in ${this.#renaming.from}`;
        this.files += 1;
        return { ...about, type, mode: 0o644, linkname: this.#newName(target) };
      }
      case "symlink":
        return this.#linked(about, path, linkname ?? "");
      default:
        return `${this.#shown(path)} is a ${type ?? untyped}, and only files, directories and links can be kept`;
    }
  }

  #linked(about: WrittenEntry, path: string, target: string): WrittenEntry | string {
    const found = linkTarget(this.#renaming.from, path, target);
    if (found === undefined)
      return `${this.#shown(path)} is a symbolic link to ${target || "nothing"}, which is not in ${this.#renaming.from}`;
    this.#links.set(path, target);
    this.#climbs.push(...found.climbed.map((climbed) => ({ path, target, climbed })));
    return { ...about, type: "symlink", linkname: found.written };
  }

  #newName(path: string): string {
    return posix.join(this.#renaming.to, path);
  }

  #shown(path: string): string {
    return posix.join(this.#renaming.from, path);
  }
}

/** The path below the archive's top directory. Every name in the archive begins with that directory. */
function belowTop(name: string): string {
  return name.split("/").filter(Boolean).slice(1).join("/");
}
