import { z } from "zod";
import {
  NAMESPACE,
  configPath,
  isTakenForOther,
  pathOf,
  removeCommand,
  removeFlatCommand,
  setCommand,
  shellWord,
} from "./commands.ts";
import { nearest } from "./nearest.ts";
import { shown, type Problem } from "./problem.ts";
import { isSecretPath } from "./schema/settings.ts";
import { bare, keysOf, leaves, schemaAt, valueAt, type Path } from "./shape.ts";

/** What is known when webnet puts a problem into words. */
export interface Context {
  schema: z.ZodType;
  input: unknown;
  stack: string;
  /** Keys whose values must not be printed, whatever stands above them. */
  hidden: ReadonlySet<string>;
  /** Where single values stand that must not be printed. */
  hiddenPaths: readonly Path[];
}

/** Puts what zod found into words. */
export function explain(context: Context, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(context, path, key));
  if (issue.code === "invalid_key") return [illegalName(context, path)];
  if (issue.code === "invalid_union") {
    // If several kinds of value are allowed, explain what is wrong with the one that was meant.
    const meant = issue.errors.find((issues) => !issues.some(isOfAnotherKind)) ?? [];
    if (meant.length > 0)
      return meant.flatMap((below) => explain(context, { ...below, path: [...path, ...below.path] }));
  }
  return [illegalValue(context, path)];
}

function isOfAnotherKind({ code, path }: z.core.$ZodIssue): boolean {
  return code === "invalid_type" && path.length === 0;
}

/** A value as it may be printed. */
export function got(context: Context, path: Path): string {
  return isHidden(context, path) ? NOT_SHOWN : shown(valueAt(context.input, path));
}

const NOT_SHOWN = "a value that is not shown, because it may be a secret";

// A misspelt key of a secret is still a secret: its name gives it away.
function isHidden({ hidden, hiddenPaths }: Context, path: Path): boolean {
  if (hiddenPaths.some((of) => of.every((key, at) => key === path[at]))) return true;
  return path.some(
    (key) =>
      typeof key === "string" && (hidden.has(key) || /pas+[wp]|secret|token|credential|hmac/i.test(key)),
  );
}

/** The command that sets a setting. A secret's command has no value: Pulumi asks for it, or takes it from a file. */
export function settingCommand(context: Context, path: Path, value: string, flags = ""): string {
  if (isSecretPath(path)) {
    const file = schemaAt(context.schema, path)?.meta()?.fromFile;
    return setCommand(context.stack, path, "", "--secret") + (file === undefined ? "" : ` < ${file}`);
  }
  const typed = isTextOf(context, path) && isTakenForOther(value) ? "--type string" : flags;
  return setCommand(context.stack, path, value, typed);
}

function isTextOf({ schema }: Context, path: Path): boolean {
  const at = schemaAt(schema, path);
  return at !== undefined && bare(at) instanceof z.ZodString;
}

/** What may stand at a path. */
export function allowedAt(context: Context, path: Path): string {
  const schema = schemaAt(context.schema, path);
  const keys = schema ? keysOf(schema) : [];
  const inWords = schema?.meta()?.allowed;
  return inWords ?? (keys.length > 0 ? `an object with ${keys.join(", ")}` : "nothing");
}

/** The placeholder for the value at a path. */
export function placeholderAt(context: Context, path: Path): string {
  return schemaAt(context.schema, path)?.meta()?.placeholder ?? "<value>";
}

function illegalValue(context: Context, path: Path): Problem {
  const value = valueAt(context.input, path);
  const problem = { at: configPath(path), allowed: allowedAt(context, path) };
  if (value === undefined) return { ...problem, what: "it is missing", fix: fixes(context, path) };
  const what = wasText(context, path)
    ? `it stands in the stack's file without quotes, and Pulumi takes it for ${kindOf(value)}`
    : "its value is not allowed";
  return { ...problem, what, got: got(context, path), fix: fixes(context, path) };
}

/** True if a text belongs there, but YAML took the value for another type. */
function wasText(context: Context, path: Path): boolean {
  const value = valueAt(context.input, path);
  const isOther = typeof value === "number" || typeof value === "boolean" || value instanceof Date;
  return isOther && isTextOf(context, path);
}

function kindOf(value: unknown): string {
  if (value instanceof Date) return "a date";
  return typeof value === "boolean" ? "yes or no" : "a number";
}

function fixes(context: Context, path: Path): string[] {
  const { stack } = context;
  const schema = schemaAt(context.schema, path);
  const inner = schema && bare(schema);
  const value = valueAt(context.input, path);
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord || inner instanceof z.ZodArray) {
    const first = inner instanceof z.ZodArray ? 0 : inner instanceof z.ZodObject ? keysOf(inner)[0] : "NAME";
    const below = [...path, first ?? "NAME"];
    return [removeCommand(stack, path), settingCommand(context, below, placeholderAt(context, below))];
  }
  const meant =
    inner instanceof z.ZodEnum && typeof value === "string"
      ? nearest(value, inner.options as string[])
      : undefined;
  const flags = wasText(context, path) ? "--type string" : "";
  return [settingCommand(context, path, meant ?? placeholderAt(context, path), flags)];
}

function unknownKey(context: Context, parent: Path, key: string): Problem {
  const { schema, stack } = context;
  const flat = parent.length === 0 && /[.[]/.test(key) ? pathOf(key) : undefined;
  if (flat && schemaAt(schema, flat)) return flatKey(context, key, flat);
  const path = [...parent, key];
  const siblings = keysOf(schemaAt(schema, parent) ?? schema);
  const meant = meantBy(schema, parent, siblings, key);
  const mend = meant && isLeaf(schema, meant) ? [moveTo(context, path, meant)] : [];
  return {
    at: configPath(path),
    what: `there is no such setting${meant ? `; did you mean ${configPath(meant)}?` : ""}`,
    got: meant && isHidden(context, meant) ? NOT_SHOWN : got(context, path),
    allowed: `one of ${siblings.join(", ")}`,
    fix: [removeCommand(stack, path), ...mend],
  };
}

function meantBy(schema: z.ZodType, parent: Path, siblings: string[], key: string): Path | undefined {
  const sibling = nearest(key, siblings);
  if (sibling !== undefined) return [...parent, sibling];
  const elsewhere = [...leaves(schema)].filter(([path]) => path.at(-1) === key);
  return elsewhere.length === 1 ? elsewhere[0]?.[0] : undefined;
}

function isLeaf(schema: z.ZodType, path: Path): boolean {
  const found = schemaAt(schema, path);
  return found !== undefined && keysOf(found).length === 0 && !(bare(found) instanceof z.ZodRecord);
}

function flatKey(context: Context, key: string, path: Path): Problem {
  return {
    at: `${NAMESPACE}:${key}`,
    what: "this is one key whose name has dots, made by `pulumi config set` without --path",
    got: got(context, [key]),
    allowed: allowedAt(context, path),
    fix: [removeFlatCommand(context.stack, key), moveTo(context, [key], path)],
  };
}

/** The command that gives one path the value of another. A placeholder replaces a long, nested or secret value. */
function moveTo(context: Context, from: Path, to: Path): string {
  const value = valueAt(context.input, from);
  const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  const isPrintable = isScalar && String(value).length <= 128 && !isHidden(context, from);
  const schema = schemaAt(context.schema, to);
  const isList = schema !== undefined && bare(schema) instanceof z.ZodArray;
  const at = isList ? [...to, 0] : to;
  return settingCommand(context, at, isPrintable ? shellWord(String(value)) : placeholderAt(context, at));
}

function illegalName(context: Context, path: Path): Problem {
  const record = schemaAt(context.schema, path.slice(0, -1));
  const inner = record && bare(record);
  const meta = inner instanceof z.ZodRecord ? (inner.keyType as z.ZodType).meta() : undefined;
  return {
    at: configPath(path),
    what: "its name is not allowed",
    got: JSON.stringify(path.at(-1)),
    allowed: meta?.allowed ?? "nothing",
    fix: [removeCommand(context.stack, path)],
  };
}
