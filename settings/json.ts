import type { z } from "zod";

/**
 * Reads a text that may hold secrets. JavaScript's own error quotes the text where it stops being JSON, which would put
 * part of it into a message. The error of this function names only what the text is.
 *
 * @param what what the text is, as the beginning of a sentence: `the gateway's record`
 * @throws Error if the text is no JSON or doesn't fit the schema; it quotes nothing of the text
 */
export function readJson<T extends z.ZodType>(schema: T, text: string, what: string): z.output<T> {
  const value = jsonOf(text);
  if (value === undefined) throw new Error(`${what} can't be read: it is cut off, or no JSON`);
  const result = schema.safeParse(value.json);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path }) => path.join(".") || "the whole");
  throw new Error(`${what} can't be read: it is not as it should be at ${[...new Set(places)].join(", ")}`);
}

/** Like {@link readJson}, but undefined if the text can't be read: for texts that the caller may skip. */
export function readableJson<T extends z.ZodType>(schema: T, text: string): z.output<T> | undefined {
  const result = schema.safeParse(jsonOf(text)?.json);
  return result.success ? result.data : undefined;
}

function jsonOf(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
