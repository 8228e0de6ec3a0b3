import { RunError } from "@pulumi/pulumi/errors.js";
import { partNames } from "./parts.ts";

/** One thing that is wrong with a stack's configuration. */
export interface Problem {
  /** The config path as Pulumi writes it, with the namespace. */
  at: string;
  /** What is wrong, as a sentence without its full stop. */
  what: string;
  /** The value, as JSON or in words; absent when there is none. */
  got?: string;
  /** What may stand there. */
  allowed: string;
  /** Commands that mend it, all of them in this order. */
  fix: string[];
  /** Other ways to mend it, each with its commands in order. Default: none. */
  or?: string[][];
}

/**
 * A configuration that cannot be used. Its message lists all problems at once. It is a `RunError`, so Pulumi prints the
 * message alone, without a stack trace.
 */
export class SettingsError extends RunError {
  override name = "SettingsError";
}

const LONGEST_SHOWN = 80;

/** A value for people: as JSON, or in words if it is long or nested. */
export function shown(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 1 ? "a list of 1 value" : `a list of ${value.length} values`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "a date" : value.toISOString();
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0 ? "an empty object" : `an object with ${keys.join(", ")}`;
  }
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN
    ? `${text.slice(0, LONGEST_SHOWN)}… (${text.length - 2} characters)`
    : text;
}

function block({ at, what, got, allowed, fix, or = [] }: Problem): string {
  const lines = [at, `  problem: ${what}`];
  if (got !== undefined) lines.push(`  got:     ${got}`);
  lines.push(`  allowed: ${allowed}`);
  lines.push(...steps("fix:", fix), ...or.flatMap((commands) => steps("or:", commands)));
  return lines.join("\n");
}

function steps(first: string, commands: readonly string[]): string[] {
  return commands.map((command, position) => `  ${(position === 0 ? first : "then:").padEnd(9)}${command}`);
}

/** Problems as blocks of text, for a message with a headline of its own. */
export function blocks(problems: readonly Problem[]): string[] {
  return problems.map(block);
}

/** The message for a stack whose configuration has problems. */
export function problemsMessage(stack: string, problems: readonly Problem[]): string {
  const number = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return [`The configuration of stack "${stack}" has ${number}:`, ...blocks(problems)].join("\n\n");
}

const SHIPPED_STACKS = ["prod", "local"];

/** The message for a stack that has no configuration at all. */
export function noConfigMessage(stack: string): string {
  const file = `Pulumi.${stack}.yaml`;
  const headline = `Stack "${stack}" has no configuration: ${file} sets nothing that begins with "webnet:".`;
  if (SHIPPED_STACKS.includes(stack)) {
    return [headline, "", "The file comes with the project. Get it back:", "", `  git restore ${file}`].join(
      "\n",
    );
  }
  return [
    headline,
    "",
    "Copy the production example, then set what is yours:",
    "",
    `  cp Pulumi.prod.yaml ${file}`,
    `  pulumi config set webnet:domain <host-name> --stack ${stack}`,
    ...partNames.map(
      (name) => `  pulumi config set --path 'webnet:images.${name}' <repository> --stack ${stack}`,
    ),
    "",
    `The file's comments say what each line is for; docs/settings.md lists every setting.`,
  ].join("\n");
}
