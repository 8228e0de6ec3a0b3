import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

/**
 * True if two texts of a stack's file say the same, including comments. It ignores the passphrase's salt, blank lines
 * and indentation: Pulumi rewrites and reformats the whole file when it adds its salt.
 */
export function isSameConfig(left: string, right: string): boolean {
  if (left === right) return true;
  // Both are needed: moving a key to another parent keeps the lines, and editing a comment keeps the values.
  return (
    isDeepStrictEqual(linesOf(left), linesOf(right)) && isDeepStrictEqual(valuesOf(left), valuesOf(right))
  );
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => !/^encryptionsalt:/.test(line))
    .map((line) => line.trim().replaceAll(/\s+/g, " "))
    .filter((line) => line !== "");
}

function valuesOf(text: string): unknown {
  try {
    const values: unknown = parse(text);
    return typeof values === "object" ? { ...values, encryptionsalt: undefined } : values;
  } catch {
    // No valid YAML, for example in the middle of an edit: equal only to the same text.
    return text;
  }
}
