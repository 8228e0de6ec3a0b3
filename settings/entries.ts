import type { Get } from "./get.ts";
import type { Path } from "./shape.ts";

/**
 * What stands under each free name at a path. Leaves out what is wrong by itself, of which the check of the single values
 * speaks: what is no object, and what has no list of texts where one belongs.
 *
 * @param lists the keys of the lists
 */
export function entriesOf<T>(get: Get, path: Path, lists: readonly string[]): [name: string, of: T][] {
  const named: unknown = get(path);
  if (typeof named !== "object" || named === null) return [];
  return Object.entries(named as Record<string, unknown>).filter((entry): entry is [string, T] => {
    const [, of] = entry;
    if (typeof of !== "object" || of === null) return false;
    return lists.every((key) => isListOrNone((of as Record<string, unknown>)[key]));
  });
}

function isListOrNone(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((item) => typeof item === "string"));
}
