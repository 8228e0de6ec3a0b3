import { text } from "node:stream/consumers";
import type { z } from "zod";
import { readJson } from "../settings/json.ts";
import { platformLabels } from "../workload/platform.ts";
import { keepSecret, withoutSecrets } from "./secrets.ts";
import { messageOf } from "../host/message.ts";

/** A value that the program gives a command through its environment. */
export function input(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: this file is run by the Pulumi program, not by hand`);
  }
  return value;
}

/** As {@link input}, for a whole number. */
export function numberInput(name: string): number {
  const value = Number(input(name));
  if (!Number.isInteger(value))
    throw new Error(`${name} is ${String(process.env[name])}, not a whole number`);
  return value;
}

/** Labels of the containers that a command makes for a moment, so that one which a kill left can be told. */
export function copyLabels(): Record<string, string> {
  return platformLabels({ stack: input("WEBNET_STACK") }, "copy");
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

/**
 * The secret part of a command's input. Whatever fails afterwards shows nothing of it, be it nginx that quotes a line of
 * its configuration.
 */
export async function secretInput<T extends z.ZodType>(schema: T): Promise<z.output<T>> {
  const given = await text(process.stdin);
  keepSecret(given);
  return readJson(schema, given, "the command's standard input");
}

/** Runs a command's work; a failure ends it with the message alone, since that is what an operator reads. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${withoutSecrets(messageOf(error))}\n`);
    process.exitCode = 1;
  }
}
