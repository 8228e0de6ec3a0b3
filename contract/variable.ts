import type { z } from "zod";
import { readJson } from "../settings/json.ts";

/** A value that the program gives a script through its environment: in the plan it is a line that can be read. */
export interface Variable<T> {
  /** Name of the environment's variable. It stands in the state: another name runs the script again, everywhere. */
  name: string;
  write(value: T): string;
  /** @throws Error that says what is wrong with the text */
  read(text: string): T;
}

/** A variable that not every use of a script gives. */
export interface OptionalVariable<T> extends Variable<T> {
  optional: true;
}

/** A text, which is not empty. */
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
 * @param indent spaces for each level, where a plan is to show a part a line. Default: all in one line
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

/** The stack: every script has it. */
export const stackVariable = text("WEBNET_STACK");

/**
 * What a variable was when its script was last run, by the environment that the state has of it.
 *
 * @returns undefined where it isn't there
 * @throws Error where it can't be read
 */
export function recorded<T>(
  variable: Variable<T>,
  environment: Readonly<Record<string, string>> | undefined,
): T | undefined {
  const value = environment?.[variable.name];
  return value === undefined ? undefined : variable.read(value);
}
