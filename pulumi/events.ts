import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { readableJson } from "../settings/json.ts";
import type { CliOptions, CliResult, PulumiStack } from "./cli.ts";

const eventSchema = z.looseObject({
  diagnosticEvent: z
    .looseObject({ severity: z.string(), message: z.string(), color: z.string().optional() })
    .optional(),
});

/** How an update ended, and the errors of which Pulumi's engine told. */
export interface UpdateResult extends CliResult {
  errors: readonly string[];
}

/**
 * Runs a command of the CLI that updates the stack, and reads its errors from the engine's events: on the terminal a
 * message is indented and followed by the next one, and a line of its own may look like either.
 */
export async function runUpdate(
  stack: PulumiStack,
  args: readonly string[],
  options: CliOptions,
): Promise<UpdateResult> {
  const folder = mkdtempSync(join(tmpdir(), "webnet-events-"));
  const file = join(folder, "events");
  try {
    const result = await stack.pulumi([...args, "--event-log", file], {
      ...options,
      // The option is among those that the CLI keeps for programs, as Pulumi's own Automation API is one.
      environment: { ...options.environment, PULUMI_DEBUG_COMMANDS: "true" },
    });
    return { ...result, errors: errorsIn(textOf(file)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The errors of a log of events, without the one that only says that there were some. */
export function errorsIn(log: string): string[] {
  return log
    .split("\n")
    .flatMap((line) => readableJson(eventSchema, line)?.diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => plain(message))
    .filter((message) => message !== "update failed" && message !== "");
}

/** A message without marks of colour, and without the command line by which a script was run. */
function plain(message: string): string {
  return message
    .replaceAll(/<\{%.*?%\}>/g, "")
    .replace(/^exit status \d+: running "[^\n]*":\s*/, "")
    .trim();
}

/** An update that ended at once wrote none. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
