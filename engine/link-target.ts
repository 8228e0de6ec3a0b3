import { posix } from "node:path";

/** Where a symbolic link of a directory leads. */
export interface LinkTarget {
  /** The target in the copy, which has another name than the directory. */
  written: string;
  /** Paths below the directory that must be plain directories, or `..` behind them would lead elsewhere. */
  climbed: readonly string[];
}

/**
 * Follows a link's target by its words alone; undefined if it ends outside of the directory. A target that is absolute,
 * or comes back by the directory's own name, would miss the copy: it becomes the way there from the link's place.
 *
 * @param from absolute path of the directory
 * @param path the link, below the directory
 */
export function linkTarget(from: string, path: string, target: string): LinkTarget | undefined {
  if (target === "") return undefined;
  const here = posix.dirname(posix.join(from, path));
  const isAbsolute = posix.isAbsolute(target);
  const climbed: string[] = [];
  let at = isAbsolute ? "/" : here;
  // A component that the target names may be a link itself. Those above the link's own place are directories.
  let named = 0;
  let leaves = isAbsolute;
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (named > 0 && at !== from && isWithin(from, at)) climbed.push(posix.relative(from, at));
      named = Math.max(0, named - 1);
    } else named += 1;
    at = posix.join(at, part);
    leaves ||= !isWithin(from, at);
  }
  if (!isWithin(from, at)) return undefined;
  return { written: leaves ? posix.relative(here, at) || "." : target, climbed };
}

function isWithin(from: string, path: string): boolean {
  return path === from || path.startsWith(`${from}/`);
}
