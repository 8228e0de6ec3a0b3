import type { z } from "zod";
import { readJson } from "../settings/json.ts";

/** A value that the program gives a script through the environment, so that the plan shows it as a readable line. */
export interface Variable<T> {
  /** Name of the environment variable. The state holds it: a new name runs the script again on every platform. */
  name: string;
  write(value: T): string;
  /** @throws Error that says what is wrong with the text */
  read(text: string): T;
}

/** A variable that a use of a script may leave out. */
export interface OptionalVariable<T> extends Variable<T> {
  optional: true;
}

/** A text. An empty one counts as not set. */
export function text(name: string): Variable<string> {
  return { name, write: (value) => value, read: (value) => value };
}

/** One of some words. */
export function word<const Words extends readonly string[]>(
  name: string,
  words: Words,
): Variable<Words[number]> {
  return {
    name,
    write: (value) => value,
    read: (value) => {
      if (words.includes(value)) return value;
      throw new Error(`${name} is ${value}, not one of ${words.join(", ")}`);
    },
  };
}

/** A whole number. */
export function wholeNumber(name: string): Variable<number> {
  return {
    name,
    write: String,
    read: (value) => {
      if (!/^\d+$/.test(value)) throw new Error(`${name} is ${value}, not a whole number`);
      return Number(value);
    },
  };
}

/**
 * A value of several parts.
 *
 * @param indent spaces for each level, so that a plan shows one part per line. Default: all in one line
 */
export function json<T>(name: string, schema: z.ZodType<T>, indent?: number): Variable<T> {
  return {
    name,
    write: (value) => JSON.stringify(value, null, indent),
    read: (value) => readJson(schema, value, name),
  };
}

/** A variable that may be left out. */
export function optional<T>(variable: Variable<T>): OptionalVariable<T> {
  return { ...variable, optional: true };
}

/** The stack. Every script gets it. */
export const stackVariable = text("WEBNET_STACK");

/**
 * The value of a variable at its script's last run, from the environment in the state.
 *
 * @returns undefined if the variable is not there
 * @throws Error if its value can't be read
 */
export function recorded<T>(
  variable: Variable<T>,
  environment: Readonly<Record<string, string>> | undefined,
): T | undefined {
  const value = environment?.[variable.name];
  return value === undefined ? undefined : variable.read(value);
}
