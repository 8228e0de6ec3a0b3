import { text } from "node:stream/consumers";
import type { Script, Values, Variables } from "../contract/script.ts";
import { stackVariable, type Variable } from "../contract/variable.ts";
import type { VolumeTarget } from "../engine/run.ts";
import { readJson } from "../settings/json.ts";
import { keepSecrets, withoutSecrets } from "./secrets.ts";
import { messageOf } from "../host/message.ts";
import { copyLabels } from "../workload/labels.ts";

/** The input of a script: its variables, each read on first use, the stack, and the standard input. */
export type Given<V extends Variables, Stdin> = Values<V> & {
  readonly stack: string;
  /**
   * Reads the standard input. Errors after this call show none of its secrets, even if nginx quotes a line of its
   * configuration.
   */
  readonly stdin: () => Promise<Stdin>;
};

/**
 * Runs a script's work, and then ends the process, whatever connection is still open: the update waits for its end. A
 * failure ends it with the message alone, because the operator reads only that. Each variable is read on use: at a
 * deletion the script gets the variables of an earlier update, perhaps of another webnet version.
 */
export async function runScript<V extends Variables, Stdin>(
  script: Script<V, Stdin>,
  work: (given: Given<V, Stdin>) => Promise<void>,
): Promise<void> {
  try {
    await work(givenTo(script));
  } catch (error) {
    await new Promise((resolve) => process.stderr.write(`${withoutSecrets(messageOf(error))}\n`, resolve));
    process.exitCode = 1;
  }
  process.exit();
}

function givenTo<V extends Variables, Stdin>({ variables, stdin }: Script<V, Stdin>): Given<V, Stdin> {
  const given = {
    get stack() {
      return valueOf(stackVariable);
    },
    stdin: async () => {
      if (stdin === undefined) throw new Error("this script takes no standard input");
      const told = await text(process.stdin);
      const value = readJson(stdin, told, "the command's standard input");
      keepSecrets(value);
      return value;
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

/** A script's volume, and the temporary container that gives access to it. */
export function copyTarget(given: { stack: string; image: string; volume: string }): VolumeTarget {
  return { image: given.image, volume: given.volume, labels: copyLabels(given) };
}
