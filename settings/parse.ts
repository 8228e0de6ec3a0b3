import { z } from "zod";
import { aloneIn } from "./alone.ts";
import {
  alonePathsOf,
  backendPathsOf,
  usualAlonePaths,
  usualSmokePaths,
  type BackendPaths,
} from "./backend.ts";
import type { Beside } from "./beside.ts";
import { defaultTmpMegabytes } from "./bodies.ts";
import { catalogues, type ApplicationImages, type PlatformImages } from "./catalogue.ts";
import { checkTogether } from "./checks.ts";
import type { Color } from "./color.ts";
import { coerce, decode } from "./coerce.ts";
import { configPath, setCommand } from "./commands.ts";
import { projectRoot } from "../host/project.ts";
import { readEnvironmentFile } from "./environment-file.ts";
import { allowedAt, explain, got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import { backendSecrecy, sealedSecrets, writtenBackend } from "./own-secrets.ts";
import { sealedPaths } from "./sealed.ts";
import { SettingsError, noConfigMessage, problemsMessage, type Problem } from "./problem.ts";
import { secretKeys, settingsSchema } from "./schema/settings.ts";
import { bare, keysOf, schemaAt, valueAt, type Path } from "./shape.ts";
import { ofParts } from "./parts.ts";

type Written = z.output<typeof settingsSchema>;
type SmokePaths = NonNullable<Written["gateway"]["smoke"]["paths"]>;

/**
 * A stack's settings, checked, with all defaults filled in. The schema (`settings/schema/`) says each one's meaning,
 * unit, default and reason; docs/settings.md is generated from it. The registries' passwords and the application's
 * secrets are in plain text: wrap them in `pulumi.secret` before a resource gets them.
 */
export type Settings = Omit<Written, "images" | "backend" | "gateway"> & {
  backend: Omit<Written["backend"], keyof BackendPaths> &
    BackendPaths & {
      tmpMegabytes: number;
      /** Its paths in a colour that has no frontend. */
      alone: BackendPaths;
      /** The ciphertext of each secret, as the stack's file has it. */
      sealedSecrets: Readonly<Record<string, string>>;
    };
  gateway: Omit<Written["gateway"], "smoke"> & {
    smoke: Required<Written["gateway"]["smoke"]> & {
      /** In place of `paths`, for each colour with one part, where the config doesn't say them. */
      alone: Partial<Record<Color, SmokePaths>>;
    };
  };
  /** Full references of the platform's images, repositories of the application's. */
  images: PlatformImages & ApplicationImages;
};

/** A health check's timing, in seconds. */
export type Health = Settings["backend"]["health"];

/** What one container may use at most. */
export type Limits = Settings["backend"]["limits"];

/**
 * Checks a stack's configuration and fills in the defaults.
 *
 * @param raw the keys of the namespace `webnet`, without it; objects as such or as the JSON that Pulumi hands over
 * @param stack the stack's name, for the commands in the messages
 * @param secret the keys that the stack config stores encrypted, or that hold an encrypted value
 * @throws SettingsError with one message that lists all problems, or says how to begin when there is no configuration
 */
export function parseSettings(
  raw: Record<string, unknown>,
  stack: string,
  secret: ReadonlySet<string> = new Set(),
  beside: Beside = {},
): Settings {
  if (Object.keys(raw).length === 0) throw new SettingsError(noConfigMessage(stack));
  const given = decoded(raw);
  const written = writtenBackend(beside.backend, given["backend"]);
  // What is known to be plain may be shown.
  const hidden = [...secret].filter((key) => key !== "backend" || written === undefined);
  const context: Context = {
    schema: settingsSchema,
    input: coerce(settingsSchema, given),
    stack,
    hidden: new Set([...hidden, ...secretKeys]),
    hiddenPaths: sealedPaths(written, ["backend"]),
  };
  const problems = takeEnvironmentFile(context, beside.directory ?? projectRoot);
  const result = settingsSchema.safeParse(context.input);
  const issues = result.error?.issues ?? [];
  problems.push(
    ...issues.flatMap((issue) => explain(context, issue)),
    ...checkTogether(context, issues.filter(({ code }) => code !== "unrecognized_keys").map(pathOfIssue)),
    ...checkSecrecy(context, secret, written),
  );
  if (!result.success || problems.length > 0) throw new SettingsError(problemsMessage(stack, once(problems)));
  return complete(result.data, sealedSecrets(written));
}

/** Puts the file's variables below those of the config, so that whatever is checked and used sees both. */
function takeEnvironmentFile(context: Context, directory: string): Problem[] {
  const backend = valueAt(context.input, ["backend"]);
  const file = valueAt(backend, ["environmentFile"]);
  const environment = valueAt(backend, ["environment"]) ?? {};
  const isUsable = schemaAt(settingsSchema, ["backend", "environmentFile"])?.safeParse(file).success === true;
  if (typeof file !== "string" || !isUsable || typeof environment !== "object") return [];
  const { variables, problems } = readEnvironmentFile(context, file, directory);
  const merged = { ...(backend as object), environment: { ...variables, ...environment } };
  context.input = { ...(context.input as object), backend: merged };
  return problems;
}

// A text that is too long and also has illegal characters is one problem.
function once(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.at} ${problem.what}`, problem])).values()];
}

const pathOfIssue = (issue: z.core.$ZodIssue): Path => issue.path as Path;

function decoded(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      const schema = schemaAt(settingsSchema, [key]);
      return [key, schema ? decode(schema, value) : value];
    }),
  );
}

function checkSecrecy(context: Context, secret: ReadonlySet<string>, written: unknown): Problem[] {
  const given = new Set(Object.keys(context.input as object));
  const inTheOpen = secretKeys
    .filter((key) => given.has(key) && !secret.has(key) && !isEmpty(valueAt(context.input, [key])))
    .map((key) => ({
      at: configPath([key]),
      what: "it stands in the stack config in plain text; take it for known to others, and change it",
      got: got(context, [key]),
      allowed: "a value that is stored encrypted",
      fix: secretPaths(context, key).map((path) => settingCommand(context, path, "")),
    }));
  const ofBackend = backendSecrecy(context, secret.has("backend"), written);
  const isTold = written !== undefined || ofBackend.length > 0;
  const inVain = keysOf(context.schema)
    .filter((key) => secret.has(key) && !secretKeys.includes(key) && !(key === "backend" && isTold))
    .map((key) => secretInVain(context, key));
  return [...inTheOpen, ...ofBackend, ...inVain];
}

/** What is left once every name in it was removed. */
function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The paths of the secrets that a key holds: its own, those that are given, or that of each name. */
function secretPaths(context: Context, key: string): Path[] {
  const schema = schemaAt(settingsSchema, [key]);
  const inner = schema && bare(schema);
  if (inner instanceof z.ZodObject) {
    const given = keysOf(inner).filter((name) => valueAt(context.input, [key, name]) !== undefined);
    return (given.length > 0 ? given : keysOf(inner)).map((name) => [key, name]);
  }
  if (!(inner instanceof z.ZodRecord)) return [[key]];
  const { placeholder = "<name>" } = (inner.keyType as z.ZodType).meta() ?? {};
  const value = valueAt(context.input, [key]);
  const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
  return (names.length > 0 ? names : [placeholder]).map((name) => [key, name]);
}

function secretInVain(context: Context, key: string): Problem {
  const schema = schemaAt(context.schema, [key]);
  const isNested = schema !== undefined && keysOf(schema).length > 0;
  return {
    at: configPath([key]),
    what: "it holds a secret, which would not stay one: this setting is readable in the state and on the engine",
    got: got(context, [key]),
    allowed: isNested ? "the same in plain text, without what must stay secret" : allowedAt(context, [key]),
    fix: [
      isNested
        ? `pulumi config set --plaintext --path '${configPath([key])}.<key>' <value> --stack ${context.stack}`
        : setCommand(context.stack, [key], placeholderAt(context, [key]), "--plaintext"),
    ],
  };
}

function complete(written: Written, sealed: Record<string, string>): Settings {
  const known = { ...ofParts(() => ""), ...catalogues[written.imageCatalogue] };
  const { backend, gateway } = written;
  const tmpMegabytes = backend.tmpMegabytes ?? defaultTmpMegabytes(backend.limits.memoryMegabytes);
  return {
    ...written,
    images: { ...known, ...written.images },
    backend: {
      ...backend,
      ...backendPathsOf(backend),
      alone: alonePathsOf(backend),
      tmpMegabytes,
      sealedSecrets: sealed,
    },
    gateway: { ...gateway, smoke: completeSmoke(written) },
  };
}

function completeSmoke({ backend, colors, gateway: { smoke } }: Written): Settings["gateway"]["smoke"] {
  if (smoke.paths !== undefined) return { ...smoke, paths: smoke.paths, alone: {} };
  const alone = Object.entries(aloneIn(colors)).map(([color, part]) => [
    color,
    usualAlonePaths(part, backend),
  ]);
  return {
    ...smoke,
    paths: usualSmokePaths(backend),
    alone: Object.fromEntries(alone) as Partial<Record<Color, SmokePaths>>,
  };
}
