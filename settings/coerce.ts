import { z } from "zod";
import { bare, objectIn } from "./shape.ts";

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** How Pulumi spells a date that has no quotes in the stack's file. */
const GO_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} \S+$/;

/**
 * Turns texts into the numbers and booleans that the schema wants: `pulumi config set --path` leaves a decimal fraction
 * a text, and a top-level setting is always a text. It turns nothing into a text: YAML has already lost how a number or
 * a date was written, `0123456` is 42798 by then and `2024_01_05` is 20240105. The text of a date becomes a date, so
 * that the schema refuses it too.
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
  return typeof value === "string" && GO_TIME.test(value) ? new Date(asIso(value)) : value;
}

function asIso(time: string): string {
  const [day = "", hour = "", offset = ""] = time.split(" ");
  return `${day}T${hour}${offset.slice(0, 3)}:${offset.slice(3)}`;
}

/**
 * Reads the JSON text in which Pulumi hands over a top-level key with an object or list. A text that isn't JSON stays
 * as it is, and the schema reports it.
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
