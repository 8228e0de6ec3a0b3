import { z } from "zod";

/** Where a value stands: names of keys and positions in lists. */
export type Path = readonly (string | number)[];

/** A schema without what makes it optional or gives it a default. */
export function bare(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional
  ) {
    return bare(schema.unwrap() as z.ZodType);
  }
  return schema;
}

/** The keys that an object of the schema may have; none for anything else, nor for free names. */
export function keysOf(schema: z.ZodType): string[] {
  const inner = bare(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function step(schema: z.ZodType, key: string | number): z.ZodType | undefined {
  const inner = bare(schema);
  if (inner instanceof z.ZodObject) return (inner.shape as Record<string, z.ZodType | undefined>)[key];
  if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
  return undefined;
}

/** The schema of what stands at a path; undefined where nothing may stand. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((at, key) => at && step(at, key), schema);
}

/** Every setting's path and schema, in the schema's order; free names and list items are not settings of their own. */
export function* leaves(schema: z.ZodType, path: Path = []): Generator<[Path, z.ZodType]> {
  const keys = keysOf(schema);
  if (keys.length === 0) yield [path, schema];
  for (const key of keys) {
    const below = step(schema, key);
    if (below) yield* leaves(below, [...path, key]);
  }
}

/** What stands in a value at a path. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

/** The default of the setting at a path; undefined where it has none. */
export function defaultAt(schema: z.ZodType, path: Path): unknown {
  const at = schemaAt(schema, path);
  return at instanceof z.ZodDefault ? at.def.defaultValue : undefined;
}
