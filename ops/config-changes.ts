import { isDeepStrictEqual } from "node:util";

/** A value that two configs don't share. An undefined value means that there is none. */
export interface ConfigChange {
  /** The keys that lead to it, from the top. */
  path: readonly string[];
  /** The value before. */
  former: unknown;
  /** The value after. */
  written: unknown;
}

/** Lists the values that differ, as deep in objects as they can be told apart. */
export function changesBetween(
  former: unknown,
  written: unknown,
  path: readonly string[] = [],
): ConfigChange[] {
  // Split an added object as well: somebody may have added keys of their own beside a command's.
  if (isObject(written) && (isObject(former) || former === undefined)) {
    const keys = new Set([...Object.keys(former ?? {}), ...Object.keys(written)]);
    return [...keys].flatMap((key) => changesBetween(former?.[key], written[key], [...path, key]));
  }
  return isDeepStrictEqual(former, written) ? [] : [{ path, former, written }];
}

/** Returns a value for the operator, with a placeholder for an encrypted one. */
export function valueInWords(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.includes('"secure":') ? "<encrypted>" : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
