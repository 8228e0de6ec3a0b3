import { text } from "node:stream/consumers";
import type { Script, Values, Variables } from "../contract/script.ts";
import { stackVariable, type Variable } from "../contract/variable.ts";
import type { VolumeTarget } from "../engine/run.ts";
import { readJson } from "../settings/json.ts";
import { platformLabels } from "../workload/platform.ts";
import { keepSecret, withoutSecrets } from "./secrets.ts";
import { messageOf } from "../host/message.ts";

/** What a script is given: its variables, each read when it is asked for, the stack, and its standard input. */
export type Given<V extends Variables, Stdin> = Values<V> & {
  readonly stack: string;
  /**
   * Reads the standard input. Whatever fails afterwards shows nothing of it, be it nginx that quotes a line of its
   * configuration.
   */
  readonly stdin: () => Promise<Stdin>;
};

/**
 * Runs a script's work; a failure ends it with the message alone, since that is what an operator reads. A variable is read
 * when it is asked for: what runs at a deletion has those of the update before, which may have been another webnet's.
 */
export async function runScript<V extends Variables, Stdin>(
  script: Script<V, Stdin>,
  work: (given: Given<V, Stdin>) => Promise<void>,
): Promise<void> {
  try {
    await work(givenTo(script));
  } catch (error) {
    process.stderr.write(`${withoutSecrets(messageOf(error))}\n`);
    process.exitCode = 1;
  }
}

function givenTo<V extends Variables, Stdin>({ variables, stdin }: Script<V, Stdin>): Given<V, Stdin> {
  const given = {
    get stack() {
      return valueOf(stackVariable);
    },
    stdin: async () => {
      if (stdin === undefined) throw new Error("this script takes no standard input");
      const told = await text(process.stdin);
      keepSecret(told);
      return readJson(stdin, told, "the command's standard input");
    },
  };
  for (const [key, variable] of Object.entries(variables))
    Object.defineProperty(given, key, { get: () => valueOf(variable), enumerable: true });
  return given as Given<V, Stdin>;
}

function valueOf(variable: Variable<unknown> & { optional?: true }): unknown {
  const value = process.env[variable.name];
  if (value !== undefined && value !== "") return variable.read(value);
  if (variable.optional === true) return undefined;
  throw new Error(`${variable.name} is not set: this file is run by the Pulumi program, not by hand`);
}

/** Labels of the containers that a command makes for a moment, so that one which a kill left can be told. */
export function copyLabels({ stack }: { stack: string }): Record<string, string> {
  return platformLabels({ stack }, "copy");
}

/** A script's volume, and the container by which it is reached for a moment. */
export function copyTarget(given: { stack: string; image: string; volume: string }): VolumeTarget {
  return { image: given.image, volume: given.volume, labels: copyLabels(given) };
}

/** Aborted by a signal that would end the command, so that it can remove first what it made for a moment. */
export function interruption(): AbortSignal {
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      end.abort(new Error(`interrupted by ${signal}`));
    });
  return end.signal;
}
