import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { engineAddress } from "../engine/address.ts";
import { engineFailure, engineStatus } from "../engine/client.ts";
import { strayVariables } from "../engine/variables.ts";
import { projectRoot } from "../host/project.ts";
import { nearest } from "../settings/nearest.ts";
import type { OpsCommand, OptionValues } from "./command.ts";
import { commands } from "./commands.ts";
import { confirm } from "./confirm.ts";
import { mustBeOurs } from "./forgotten-dashes.ts";
import { chooseStack } from "./selected-stack.ts";
import { Target } from "./target.ts";
import { messageOf } from "../host/message.ts";

/** The platform to try things on, whose tools, state and engine are inside the project, as far as commands must know it. */
export interface TrialPlatform {
  /** The name of its stack. */
  stack: string;
  /** Whether a stack is its own, or one that was made beside it with its tools. */
  holds(stack: string): boolean;
  /** The whole environment of its tools. */
  environment(): Record<string, string>;
  /** Brings what it needs, and starts its engine. */
  setUp(): Promise<void>;
  /** Puts its stack's file in order after a run. */
  tidy(): void;
}

const common = { stack: { type: "string" }, cwd: { type: "string" }, help: { type: "boolean" } } as const;
const commonHelp = [
  ["--stack NAME", "the stack to work on. Default: the one that is selected (pulumi stack select)"],
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
 * @param trial the trial platform, where there can be one. Default: none
 * @throws Error when there is no such command or option, or when the command fails.
 */
export async function runOps(args: readonly string[], trial?: TrialPlatform): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help") {
    console.log(overview());
    return;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new Error(`there is no command "${name}".\n${overview()}`);
  const options = { ...command.options, ...common };
  mustBeOurs(name, Object.keys(options), { given: rest, environment: process.env });
  const values = valuesOf(name, rest, options);
  if (values["help"] === true) {
    console.log(helpOf(name, command));
    return;
  }
  const { stack: named, cwd } = values;
  const directory = typeof cwd === "string" ? resolve(cwd) : projectRoot;
  const { stack, isNamed } = await chooseStack(
    typeof named === "string" ? named : undefined,
    directory,
    trial,
  );
  // What the operator's own Pulumi has selected is in the operator's own state.
  const ofTrial = isNamed && trial?.holds(stack) === true ? trial : undefined;
  const isTrial = ofTrial !== undefined && stack === ofTrial.stack;
  const onlyLooks = command.onlyLooks(values);
  const open = (): Target => new Target(stack, directory, ofTrial?.environment());
  // A program reads the standard output then.
  const tell = values["json"] === true ? console.error : console.log;
  const whose = ofTrial === undefined ? "" : " of the trial platform's state";
  tell(`Stack ${stack}${whose}, engine ${addressOf(open())}.`);
  if (!isNamed && !onlyLooks) {
    const question = `${stack} is the stack that is selected; --stack names one. Is it meant?`;
    if (!(await confirm(question, values["yes"] === true))) return;
  }
  if (isTrial && !onlyLooks) await ofTrial.setUp();
  try {
    // Set-up may have chosen another engine.
    const target = open();
    mustGoByOneEngine(target);
    await command.run(target, values);
  } catch (error) {
    const failure = engineStatus(error) === undefined ? engineFailure(error) : undefined;
    if (failure === undefined) throw error;
    throw new Error(awayInWords(failure, isTrial), { cause: error });
  } finally {
    if (isTrial) ofTrial.tidy();
  }
}

function awayInWords(failure: string, isTrial: boolean): string {
  const next = isTrial
    ? "The trial platform's engine is started by: npm run setup"
    : "Nothing was asked of anybody else. Look at the engine: docker info; its address: webnet:engine.host, else DOCKER_HOST";
  return `${failure}\n${next}`;
}

/** @throws Error that says which option was meant, where one is misspelt */
function valuesOf(name: string, args: readonly string[], options: OpsCommand["options"]): OptionValues {
  try {
    // Of options that can be given once.
    return parseArgs({ args: [...args], options }).values as OptionValues;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const unknown = /^Unknown option '--([\w-]+)'/.exec(error.message)?.[1];
    const meant = unknown === undefined ? undefined : nearest(unknown, Object.keys(options));
    throw new Error(
      [
        ...(unknown === undefined
          ? [error.message]
          : [`${name} has no option --${unknown}${meant === undefined ? "" : `: --${meant}?`}`]),
        `npm run ops -- ${name} --help lists its options.`,
      ].join("\n"),
      { cause: error },
    );
  }
}

function addressOf(target: Target): string {
  return existsSync(target.configFile) ? target.engineAddress : engineAddress(undefined, target.environment);
}

/**
 * Refuses variables that lead Pulumi's provider to another engine than the operator's commands.
 *
 * @throws Error that names them
 */
export function mustGoByOneEngine(target: Target): void {
  const stray = strayVariables(addressOf(target), target.environment);
  if (stray.length === 0) return;
  throw new Error(
    stray.map(({ name, why }) => `${name} is set: ${why}. Run "unset ${name}" first.`).join("\n"),
  );
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** Runs the command of this process's own arguments, and ends the process. */
export async function mainOps(trial?: TrialPlatform): Promise<never> {
  try {
    await runOps(process.argv.slice(2), trial);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
  process.exit();
}

if (import.meta.main) await mainOps();
