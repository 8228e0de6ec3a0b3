import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { engineAddress } from "../engine/address.ts";
import { strayVariables } from "../engine/variables.ts";
import { isEmbedded, localStack, projectRoot } from "../toolchain/environment.ts";
import { setUp } from "../toolchain/setup.ts";
import { tidyStackFile } from "../toolchain/stack-file.ts";
import type { OpsCommand } from "./command.ts";
import { commands } from "./commands.ts";
import { Target } from "./target.ts";

const common = { stack: { type: "string" }, cwd: { type: "string" }, help: { type: "boolean" } } as const;
const commonHelp = [
  ["--stack NAME", `the stack to work on. Default: ${localStack}, the embedded default`],
  ["--cwd DIR", "the folder with Pulumi.yaml and the stack's file. Default: this project's"],
] as const;

/** The list of commands, as it is shown without one. */
export function overview(): string {
  return [
    "usage: npm run ops -- <command> [options]; --help after a command lists its options",
    ...table(Object.entries(commands).map(([name, { summary }]) => [name, summary])),
  ].join("\n");
}

/** A command's help. */
export function helpOf(name: string, command: OpsCommand): string {
  return [`npm run ops -- ${name}: ${command.summary}`, ...table([...command.help, ...commonHelp])].join(
    "\n",
  );
}

/**
 * Runs the command that the arguments name.
 *
 * @throws Error when there is no such command or option, or when the command fails.
 */
export async function runOps(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help") {
    console.log(overview());
    return;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new Error(`there is no command "${name}".\n${overview()}`);
  const { values } = parseArgs({ args: rest, options: { ...command.options, ...common } });
  if (values.help === true) {
    console.log(helpOf(name, command));
    return;
  }
  const stack = values.stack ?? localStack;
  if (isEmbedded(stack)) await setUp({ images: false });
  try {
    const directory = values.cwd === undefined ? projectRoot : resolve(values.cwd);
    const target = new Target(stack, directory);
    mustGoByOneEngine(target);
    await command.run(target, values);
  } finally {
    if (stack === localStack) tidyStackFile();
  }
}

/**
 * Refuses variables that lead Pulumi's provider to another engine than the operator's commands.
 *
 * @throws Error that names them
 */
export function mustGoByOneEngine(target: Target): void {
  const address = existsSync(target.configFile) ? target.engineAddress : engineAddress(undefined);
  const stray = strayVariables(address, target.environment);
  if (stray.length === 0) return;
  throw new Error(
    stray.map(({ name, why }) => `${name} is set: ${why}. Run "unset ${name}" first.`).join("\n"),
  );
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

if (import.meta.main) {
  try {
    await runOps(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
  process.exit();
}
