import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

/**
 * Whether two texts of a stack's file say the same, comments included. The passphrase's salt doesn't count, nor do blank
 * lines and indentation: Pulumi writes the whole file anew when it notes its salt, and sets it out in its own way.
 */
export function isSameConfig(left: string, right: string): boolean {
  if (left === right) return true;
  // Each by itself is not enough: a key that moves to another parent leaves the lines, a comment leaves the values.
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
    // No YAML, as while somebody is at it: the same as nothing but itself.
    return text;
  }
}
