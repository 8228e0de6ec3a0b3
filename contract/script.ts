import type { z } from "zod";
import type { OptionalVariable, Variable } from "./variable.ts";

/** A script's variables, by their names in the code of the program and the script. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a variable both takes and gives its value
export type Variables = Readonly<Record<string, Variable<any>>>;

/** The contract between the program and a script of an update. One declaration gives both sides their types. */
export interface Script<V extends Variables, Stdin> {
  /** The file that does the work, relative to the program. */
  file: string;
  /** The file that runs at the resource's deletion, with the last run's environment. Default: nothing is undone. */
  onDelete?: string;
  variables: V;
  /** The standard input, encrypted in the state: for secrets, and for what is too long for a plan. Default: none */
  stdin?: z.ZodType<Stdin>;
}

type OptionalNames<V extends Variables> = {
  [Name in keyof V]: V[Name] extends OptionalVariable<unknown> ? Name : never;
}[keyof V];

type ValueOf<V> = V extends Variable<infer Value> ? Value : never;

/** The values of a script's variables. */
export type Values<V extends Variables> = {
  [Name in Exclude<keyof V, OptionalNames<V>>]: ValueOf<V[Name]>;
} & { [Name in OptionalNames<V>]?: ValueOf<V[Name]> };

/** The variables that have a value among these, each with it. */
export function given(variables: Variables, values: Readonly<Record<string, unknown>>) {
  return Object.entries(variables).flatMap(([key, variable]: [string, Variable<unknown>]) => {
    const value = values[key];
    return value === undefined ? [] : [{ variable, value }];
  });
}

/** Declares a script. */
export function script<V extends Variables, Stdin = undefined>(
  declaration: Script<V, Stdin>,
): Script<V, Stdin> {
  return declaration;
}
