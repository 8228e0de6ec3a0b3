import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { withTemporaryFolder } from "../host/temporary-folder.ts";
import { readableJson } from "../settings/json.ts";
import type { CliOptions, CliResult, PulumiStack } from "./cli.ts";

const eventSchema = z.looseObject({
  diagnosticEvent: z
    .looseObject({ severity: z.string(), message: z.string(), color: z.string().optional() })
    .optional(),
});

/** How an update ended, with the errors that Pulumi's engine reported. */
export interface UpdateResult extends CliResult {
  errors: readonly string[];
}

/**
 * Runs a CLI command that updates the stack, and reads its errors from the engine's event log. The terminal output is
 * ambiguous: it indents messages and prints them one after the other, and a message's own lines may look the same.
 */
export async function runUpdate(
  stack: PulumiStack,
  args: readonly string[],
  options: CliOptions,
): Promise<UpdateResult> {
  return await withTemporaryFolder("events", async (folder) => {
    const file = join(folder, "events");
    const result = await stack.pulumi([...args, "--event-log", file], {
      ...options,
      // The CLI has --event-log only with this variable: it is meant for programs, such as Pulumi's Automation API.
      environment: { ...options.environment, PULUMI_DEBUG_COMMANDS: "true" },
    });
    return { ...result, errors: errorsIn(textOf(file)) };
  });
}

/** The errors in an event log, without the one that only says that the update failed. */
export function errorsIn(log: string): string[] {
  return log
    .split("\n")
    .flatMap((line) => readableJson(eventSchema, line)?.diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => plain(message))
    .filter((message) => message !== "update failed" && message !== "");
}

/** A message without colour marks, and without the command line of the script that failed. */
function plain(message: string): string {
  return message
    .replaceAll(/<\{%.*?%\}>/g, "")
    .replace(/^exit status \d+: running "[^\n]*":\s*/, "")
    .trim();
}

/** An update that ended at once wrote no event log. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
