import type { z } from "zod";

/**
 * Reads a text that may hold secrets. JavaScript's own error quotes the place where a text stops being JSON, which would
 * carry part of it into a message; the one of here tells only what the text is of.
 *
 * @param what what the text is, as the beginning of a sentence: `the gateway's record`
 * @throws Error with nothing of the text, where it is no JSON or not of that form
 */
export function readJson<T extends z.ZodType>(schema: T, text: string, what: string): z.output<T> {
  const value = jsonOf(text);
  if (value === undefined) throw new Error(`${what} can't be read: it is cut off, or no JSON`);
  const result = schema.safeParse(value.json);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path }) => path.join(".") || "the whole");
  throw new Error(`${what} can't be read: it is not as it should be at ${[...new Set(places)].join(", ")}`);
}

/** As {@link readJson}, for what is skipped where it can't be read: undefined then. */
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
