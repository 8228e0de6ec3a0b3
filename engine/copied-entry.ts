import { posix } from "node:path";
import type { Header } from "tar-stream";

/** A directory that is copied, and what it becomes. */
export interface Renaming {
  /** Absolute path of the directory that is copied. */
  from: string;
  /** Its new name, below the directory that it is copied into. */
  to: string;
  /** Names at its top that it must not have. */
  reserved: readonly string[];
}

/** What is read of an entry. A broken one may have no type, and a link that leads nowhere. */
export type ReadEntry = Pick<Header, "name" | "size"> & { type: string | null; linkname: string | null };

/** What is written of an entry. */
export type WrittenEntry = Partial<Header> & Pick<Header, "name">;

const owner = { uid: 0, gid: 0 };
const untyped = "thing of no known type";

/**
 * What becomes of the entries of a copied directory, one after the other: another name, root's, readable by everybody.
 * Links inside the directory stay links. What can't be kept is a problem, which names the file.
 */
export class CopiedEntries {
  /** What can't be kept, a sentence each, without a full stop. */
  readonly problems: string[] = [];
  /** How many files there are; hard links count. */
  files = 0;
  readonly #renaming: Renaming;
  /** The paths that a hard link may name. */
  readonly #linkable = new Set<string>();
  #isFirst = true;

  constructor(renaming: Renaming) {
    this.#renaming = renaming;
  }

  /** The new entry, less a file's content; undefined for what can't be kept. */
  take(header: ReadEntry): WrittenEntry | undefined {
    const path = belowTop(header.name);
    const isTop = this.#isFirst;
    this.#isFirst = false;
    const problem = isTop ? this.#topProblem(header) : this.#nameProblem(path);
    const taken = problem ?? this.#renamed(path, header);
    if (typeof taken !== "string") return taken;
    this.problems.push(taken);
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

  /** The entry, or what is wrong with it. */
  #renamed(path: string, { type, size, linkname }: ReadEntry): WrittenEntry | string {
    const name = this.#newName(path);
    const about = { name, ...owner };
    switch (type) {
      case "directory":
        return { ...about, type, mode: 0o755 };
      case "file":
      case "contiguous-file":
        this.files += 1;
        this.#linkable.add(path);
        return { ...about, type: "file", mode: 0o644, size };
      case "link": {
        const target = belowTop(linkname ?? "");
        if (!this.#linkable.has(target))
          return `${this.#shown(path)} is a hard link to ${linkname ?? "nothing"}, which is not in ${this.#renaming.from}`;
        this.files += 1;
        return { ...about, type, mode: 0o644, linkname: this.#newName(target) };
      }
      case "symlink": {
        const target = this.#targetInside(path, linkname ?? "");
        if (target === undefined)
          return `${this.#shown(path)} is a symbolic link to ${linkname ?? "nothing"}, which is not in ${this.#renaming.from}`;
        this.#linkable.add(path);
        return { ...about, type, linkname: target };
      }
      default:
        return `${this.#shown(path)} is a ${type ?? untyped}, and only files, directories and links can be kept`;
    }
  }

  /** A link's target as it holds in the copy; undefined where it leads out of the directory. */
  #targetInside(path: string, target: string): string | undefined {
    const { from } = this.#renaming;
    if (target === "") return undefined;
    const here = posix.dirname(posix.join(from, path));
    const absolute = posix.resolve(here, target);
    if (absolute !== from && !absolute.startsWith(`${from}/`)) return undefined;
    // As it was written, where that works: it may lead through other links.
    return posix.isAbsolute(target) ? posix.relative(here, absolute) || "." : target;
  }

  #newName(path: string): string {
    return posix.join(this.#renaming.to, path);
  }

  #shown(path: string): string {
    return posix.join(this.#renaming.from, path);
  }
}

/** The path below the archive's top directory, which every name in it begins with. */
function belowTop(name: string): string {
  return name.split("/").filter(Boolean).slice(1).join("/");
}
