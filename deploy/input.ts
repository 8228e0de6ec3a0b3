import { text } from "node:stream/consumers";
import { platformLabels } from "../workload/platform.ts";

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

/** The secret part of a command's input. */
export async function secretInput(): Promise<unknown> {
  return JSON.parse(await text(process.stdin)) as unknown;
}

/** Runs a command's work; a failure ends it with the message alone, since that is what an operator reads. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
