import { statSync } from "node:fs";
import { resolve } from "node:path";
import { engineFailure, engineStatus } from "../engine/client.ts";
import { strayVariables } from "../engine/variables.ts";
import { projectRoot } from "../host/project.ts";
import { byNpm } from "../settings/commands.ts";
import { readLine } from "./cli.ts";
import { nameOf, optionsOf, type OpsCommand, type OptionValues } from "./command.ts";
import { commands } from "./commands.ts";
import { confirm } from "./confirm.ts";
import { mustBeOurs } from "./forgotten-dashes.ts";
import { chooseStack } from "./selected-stack.ts";
import { Target } from "./target.ts";
import { UsageError } from "./usage.ts";
import { messageOf } from "../host/message.ts";

/** The trial platform, as the commands see it. Its tools, state and engine are inside the project's folder. */
export interface TrialPlatform {
  /** The name of its stack. */
  stack: string;
  /** True for its own stack, and for a stack that its tools made beside it. */
  holds(stack: string): boolean;
  /** The complete environment for its tools. */
  environment(): Record<string, string>;
  /** Installs what it needs, and starts its engine. */
  setUp(): Promise<void>;
  /** Tidies its stack's file after a run. */
  tidy(): void;
}

/**
 * Runs the command that the arguments name.
 *
 * @param trial the trial platform, if there is one. Default: none
 * @param program what the operator types before the command's name. Default: `npm run ops --`
 * @throws UsageError if there is no such command or option; Error if the command fails.
 */
export async function runOps(
  args: readonly string[],
  trial?: TrialPlatform,
  program: string = byNpm,
): Promise<void> {
  const [name = "", ...given] = args;
  const named = Object.hasOwn(commands, name) ? commands[name] : undefined;
  // Before parsing: if npm took options, the rest of the line may fail only for that reason.
  if (named !== undefined)
    mustBeOurs(name, ["help", ...optionsOf(named).map(nameOf)], { given, environment: process.env });
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const asked = readLine(args, { commands, program, ...(width !== undefined && { width }) });
  if (asked === undefined) return;
  const { command, values, argument = "" } = asked;
  if ("textFor" in command) console.log(command.textFor(argument, commands));
  else await runOnStack({ command, values, argument }, trial);
}

async function runOnStack(
  { command, values, argument }: { command: OpsCommand; values: OptionValues; argument: string },
  trial: TrialPlatform | undefined,
): Promise<void> {
  command.mustFit?.(values, argument);
  const { stack: named, cwd } = values;
  const directory = typeof cwd === "string" ? folderOf(cwd) : projectRoot;
  const { stack, isNamed } = await chooseStack(
    typeof named === "string" ? named : undefined,
    directory,
    trial,
  );
  // A stack that the operator's own Pulumi CLI has selected is in the operator's state, not in the trial platform's.
  const ofTrial = isNamed && trial?.holds(stack) === true ? trial : undefined;
  const isTrial = ofTrial !== undefined && stack === ofTrial.stack;
  const onlyLooks = command.onlyLooks(values, argument);
  const open = (): Target => new Target(stack, directory, ofTrial?.environment());
  // With --json, a program reads standard output.
  const tell = values["json"] === true ? console.error : console.log;
  const whose = ofTrial === undefined ? "" : " of the trial platform's state";
  tell(`Stack ${stack}${whose}, engine ${open().engineAddress}.`);
  if (!isNamed && !onlyLooks) {
    const question = `${stack} is the stack that is selected; --stack names one. Is it meant?`;
    if (!(await confirm(question, values["yes"] === true))) return;
  }
  if (isTrial && !onlyLooks) await ofTrial.setUp();
  const said: string[] = [];
  const say = (text: string): void => {
    said.push(text);
    console.log(text);
  };
  try {
    // The set-up may have chosen another engine, so read the environment again.
    const target = open();
    mustGoByOneEngine(target);
    await command.run(target, values, say, argument);
    if (ofTrial !== undefined && said.some(namesPulumi)) tell(pulumiOfTrial);
  } catch (error) {
    const failure = engineStatus(error) === undefined ? engineFailure(error) : undefined;
    if (failure !== undefined) throw new Error(awayInWords(failure, isTrial), { cause: error });
    const message = messageOf(error);
    if (ofTrial === undefined || ![...said, message].some(namesPulumi)) throw error;
    throw new Error(`${message}\n${pulumiOfTrial}`, { cause: error });
  } finally {
    if (isTrial) ofTrial.tidy();
  }
}

/** The trial platform has its own CLI and state. The pulumi commands in messages would reach the operator's. */
export const pulumiOfTrial = "On the trial platform, type npm run --silent pulumi -- in place of pulumi.";

function namesPulumi(text: string): boolean {
  return /\bpulumi (?:up|preview|config|refresh|destroy|stack|state)\b/.test(text);
}

function awayInWords(failure: string, isTrial: boolean): string {
  const next = isTrial
    ? "The trial platform's engine is started by: npm run setup"
    : "Nothing was asked of anybody else. Look at the engine: docker info; its address: webnet:engine.host, else DOCKER_HOST";
  return `${failure}\n${next}`;
}

/** @throws UsageError if there is no such folder. The Pulumi CLI's start would fail as if there were no CLI. */
function folderOf(cwd: string): string {
  const folder = resolve(cwd);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw new UsageError(
    `--cwd is ${JSON.stringify(cwd)}, and there is no folder ${folder}; allowed: the folder with Pulumi.yaml and the stack's file`,
  );
}

/**
 * Refuses environment variables that send Pulumi's provider to another engine than the operator's commands.
 *
 * @throws Error that names the variables, or says that the stack's file is missing
 */
export function mustGoByOneEngine(target: Target): void {
  const stray = strayVariables(target.engineAddress, target.environment);
  if (stray.length === 0) return;
  throw new Error(
    stray.map(({ name, why }) => `${name} is set: ${why}. Run "unset ${name}" first.`).join("\n"),
  );
}

/**
 * Runs the command that this process's arguments name, and exits: 0 if it is done, 1 if it failed or was refused, 2 if
 * the usage is wrong.
 *
 * @param trial the trial platform, if there is one. Default: none
 * @param program what the operator types before the command's name. Default: `npm run ops --`
 */
export async function mainOps(trial?: TrialPlatform, program?: string): Promise<never> {
  try {
    await runOps(process.argv.slice(2), trial, program);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
  process.exit();
}

if (import.meta.main) await mainOps();
