import { z } from "zod";
import { bare, objectIn } from "./shape.ts";

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Undoes what `pulumi config set --path` and YAML do to values: the command turns digits into an integer (unless they
 * begin with 0), `true` and `false` into booleans, and leaves a decimal fraction a text. Nothing that has lost
 * information is turned back: `1.10` is 1.1 by then, and an integer over 2^53 another one.
 */
export function coerce(schema: z.ZodType, value: unknown): unknown {
  const inner = bare(schema);
  const object = objectIn(inner);
  if (object && (inner === object || typeof value === "object")) {
    const shape = object.shape as Record<string, z.ZodType>;
    return mapObject(value, (key, below) =>
      Object.hasOwn(shape, key) ? coerce(shape[key] as z.ZodType, below) : below,
    );
  }
  if (inner instanceof z.ZodRecord) {
    return mapObject(value, (_key, below) => coerce(inner.valueType as z.ZodType, below));
  }
  if (inner instanceof z.ZodArray) {
    return Array.isArray(value) ? value.map((item) => coerce(inner.element as z.ZodType, item)) : value;
  }
  return coerceLeaf(inner, value);
}

function mapObject(value: unknown, change: (key: string, below: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, change(key, below)]));
}

function coerceLeaf(schema: z.ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodNumber) {
    return typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  }
  if (schema instanceof z.ZodBoolean) {
    return value === "true" || (value === "false" ? false : value);
  }
  return Number.isSafeInteger(value) || typeof value === "boolean" ? String(value) : value;
}

/**
 * Reads the texts in which Pulumi hands over objects: a top-level key that holds an object or list arrives as JSON.
 * A text that isn't JSON stays as it is, to be reported as what it is.
 */
export function decode(schema: z.ZodType, value: unknown): unknown {
  const inner = bare(schema);
  const isNested =
    inner instanceof z.ZodObject || inner instanceof z.ZodRecord || inner instanceof z.ZodArray;
  if (!isNested || typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
