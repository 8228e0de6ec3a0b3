import { projectRoot } from "../host/project.ts";
import type { Path } from "./shape.ts";

/** The namespace of our keys: Pulumi's name of the project. */
export const NAMESPACE = "webnet";

const PLAIN_NAME = /^[A-Za-z_][\w-]*$/;

/** A path as `pulumi config --path` wants it: `webnet:network.dns[0]`. */
export function configPath(path: Path): string {
  const segments = path.map((key, position) => {
    if (typeof key === "number") return `[${key}]`;
    if (!PLAIN_NAME.test(key)) return `[${JSON.stringify(key)}]`;
    return position === 0 ? key : `.${key}`;
  });
  return `${NAMESPACE}:${segments.join("")}`;
}

/** Splits a dotted path as people type it: the inverse of `configPath` without the namespace. */
export function pathOf(text: string): Path {
  return [...text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, position, name]) => (position === undefined ? (quoted ?? name ?? "") : Number(position)),
  );
}

/** A word in the form that the shell takes literally. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

const quoted = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`;

function key(path: Path): string {
  const [first] = path;
  const isPlain = path.length === 1 && typeof first === "string" && PLAIN_NAME.test(first);
  return isPlain ? configPath(path) : `--path ${quoted(configPath(path))}`;
}

/** Whether `pulumi config set --path` stores the value as another type than text, unless it gets `--type string`. */
export function isTakenForOther(value: string): boolean {
  return value === "true" || value === "false" || /^[-+]?\d+$/.test(value);
}

/** The command that sets a value. `value` is a literal for the shell, or a placeholder such as `<tag>`. */
export function setCommand(stack: string, path: Path, value: string, flags = ""): string {
  // Pulumi would read a value that begins with a dash as an option.
  const parts = /^'?-/.test(value) ? [`--stack ${stack} --`, value] : [value, `--stack ${stack}`];
  return ["pulumi config set", flags, key(path), ...parts].filter(Boolean).join(" ");
}

/** The command that removes a value. */
export function removeCommand(stack: string, path: Path): string {
  return `pulumi config rm ${key(path)} --stack ${stack}`;
}

/** The command that removes a key with dots in its name, made by a `pulumi config set` without `--path`. */
export function removeFlatCommand(stack: string, name: string): string {
  return `pulumi config rm ${quoted(`${NAMESPACE}:${name}`)} --stack ${stack}`;
}

/** What an operator types before the name of a command of ours. */
export const byNpm = "npm run ops --";

/** The stack that a command is for. */
export interface ForStack {
  stack: string;
  /** The folder of its `Pulumi.yaml`. Default: the program's own */
  directory?: string;
}

/** The options that name a stack, for our commands and for Pulumi's. */
function at({ stack, directory = projectRoot }: ForStack): string {
  return `--stack ${stack}${directory === projectRoot ? "" : ` --cwd ${shellWord(directory)}`}`;
}

/** A command of ours with its options, as messages show it. */
export function opsLine(words: string, where: ForStack): string {
  return `${byNpm} ${words} ${at(where)}`;
}

/** A command of Pulumi's, as messages show it. */
export function pulumiLine(words: string, where: ForStack): string {
  return `pulumi ${words} ${at(where)}`;
}

/** The command that makes a state and its engine agree again. */
export function recoverLine(where: ForStack): string {
  return opsLine("recover", where);
}
