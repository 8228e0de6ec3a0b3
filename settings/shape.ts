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

/** The object that a schema allows, by itself or beside other kinds of values. */
export function objectIn(schema: z.ZodType): z.ZodObject | undefined {
  const inner = bare(schema);
  if (inner instanceof z.ZodObject) return inner;
  if (!(inner instanceof z.ZodUnion)) return undefined;
  return (inner.options as z.ZodType[]).map(bare).find((option) => option instanceof z.ZodObject);
}

/** The keys that an object of the schema may have. None if no object may stand there, or if names are free. */
export function keysOf(schema: z.ZodType): string[] {
  return Object.keys(objectIn(schema)?.shape ?? {});
}

function step(schema: z.ZodType, key: string | number): z.ZodType | undefined {
  const inner = bare(schema);
  const object = objectIn(inner);
  if (object) return (object.shape as Record<string, z.ZodType | undefined>)[key];
  if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
  return undefined;
}

/** The schema of what stands at a path; undefined where nothing may stand. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((at, key) => at && step(at, key), schema);
}

/**
 * Every setting's path and schema, in the schema's order. Free names and list items are no settings of their own. The
 * keys of an item are, shown for the first item.
 */
export function* leaves(schema: z.ZodType, path: Path = []): Generator<[Path, z.ZodType]> {
  const keys = keysOf(schema);
  if (keys.length === 0) yield [path, schema];
  const item = bare(schema) instanceof z.ZodArray ? step(schema, 0) : undefined;
  if (item && keysOf(item).length > 0) yield* leaves(item, [...path, 0]);
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

/** True if an optional object around the path is left out: its settings have no defaults then. */
export function isLeftOut(schema: z.ZodType, input: unknown, path: Path): boolean {
  return path.some((_, depth) => {
    const around = path.slice(0, depth);
    return schemaAt(schema, around) instanceof z.ZodExactOptional && valueAt(input, around) === undefined;
  });
}
