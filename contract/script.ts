import type { z } from "zod";
import type { OptionalVariable, Variable } from "./variable.ts";

/** Variables by the names that the program and the script know them by. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a variable both takes and gives its value
export type Variables = Readonly<Record<string, Variable<any>>>;

/** What the program and a script of an update agree upon. It is declared once, and both sides are typed by it. */
export interface Script<V extends Variables, Stdin> {
  /** The file that does the work, relative to the program. */
  file: string;
  /** Run when the resource goes away, with the environment that it was last run with. Default: nothing is undone. */
  onDelete?: string;
  variables: V;
  /** Secrets, and whatever is too long for a plan: come by standard input, encrypted in the state. Default: none */
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

/** Declares a script. */
export function script<V extends Variables, Stdin = undefined>(
  declaration: Script<V, Stdin>,
): Script<V, Stdin> {
  return declaration;
}
