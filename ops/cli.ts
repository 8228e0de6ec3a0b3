import { Argument, Command, CommanderError, Help, InvalidArgumentError, Option } from "commander";
import { nearest } from "../settings/nearest.ts";
import { nameOf, optionsOf, wantsValue } from "./command.ts";
import type { Commands, OptionLine, OptionValues, OpsCommand, TextCommand } from "./command.ts";
import { UsageError } from "./usage.ts";

const exitCodes = "Exit code: 0 done, or nothing to do; 1 failed or refused; 2 wrong usage.";

/** What {@link readLine} needs to read a command line. */
export interface Cli {
  commands: Commands;
  /** What the operator types before a command's name, for help and messages. */
  program: string;
  /** Columns that the help may use. Default: no limit, help wraps no line */
  width?: number;
}

/** A command line, parsed. */
export interface Asked {
  command: OpsCommand | TextCommand;
  values: OptionValues;
  /** The word after the command's name, if the command takes one. */
  argument?: string | undefined;
}

/** The list of commands that help shows if the line names no command. */
export function overview({ commands, program }: Cli): string {
  const names = Object.keys(commands);
  const width = Math.max(...names.map((name) => name.length));
  return [
    `usage: ${program} <command> [options]; --help after a command explains it, with examples`,
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    `  ${exitCodes}`,
  ].join("\n");
}

/**
 * Parses a command line.
 *
 * @returns undefined if the line asks for help: the help is then printed
 * @throws UsageError that says what is wrong with the line, and what the operator probably meant
 */
export function readLine(args: readonly string[], cli: Cli): Asked | undefined {
  let asked: Asked | undefined;
  const line = ofHelp(args);
  mustBeCommand(line[0], cli);
  const program = parserOf(cli, (found) => {
    asked = found;
  });
  try {
    program.parse(line, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw wrongUsage(error, line, cli);
  }
  return asked;
}

/** Turns `help deploy` into `deploy --help`, and an empty line into `--help`. */
function ofHelp(args: readonly string[]): readonly string[] {
  const [first, ...names] = args;
  if (first !== undefined && first !== "help") return args;
  return [...names.slice(0, 1), "--help"];
}

function parserOf(cli: Cli, act: (asked: Asked) => void): Command {
  const { commands, program, width = Infinity } = cli;
  const parser = new Command(program)
    .exitOverride()
    .helpCommand(false)
    .helpOption("-h, --help", "explains it")
    .showSuggestionAfterError(false)
    // The caller prints the error that the parser throws.
    .configureOutput({ writeErr: () => undefined, getOutHelpWidth: () => width })
    .configureHelp({
      formatHelp: (of, helper) =>
        of.parent === null ? `${overview(cli)}\n` : Help.prototype.formatHelp.call(helper, of, helper),
    });
  for (const [name, command] of Object.entries(commands)) {
    const sub = parser.command(name).description(command.summary);
    for (const option of optionsOf(command)) sub.addOption(optionFor(option));
    if (command.argument !== undefined)
      sub.addArgument(new Argument(`<${command.argument.name}>`).choices([...command.argument.allowed]));
    // The operator redirects such a text into a file. The examples use webnet, since npm prints lines of its own first.
    const called = "textFor" in command ? "webnet" : program;
    sub.addHelpText("after", `\n${examplesOf(`${called} ${name}`, command)}\n\n${exitCodes}`);
    sub.action(() => {
      const values = sub.options.map((option): [string, string | boolean | undefined] => [
        option.name(),
        sub.getOptionValue(option.attributeName()) as string | boolean | undefined,
      ]);
      act({ command, values: Object.fromEntries(values), argument: sub.args[0] });
    });
  }
  return parser;
}

function optionFor(line: OptionLine): Option {
  const [flags, what] = line;
  const option = new Option(flags, what);
  if (!wantsValue(line)) return option;
  return option.argParser((value: string, former: string | undefined) => {
    // Picking one of two values would be a guess.
    if (former !== undefined) throw new InvalidArgumentError("It is given twice.");
    // An unset shell variable gives an empty value. The default could then be another stack, or another release.
    if (value === "") throw new InvalidArgumentError("It is empty.");
    // In most cases this is the next option, and the value is missing.
    if (value.startsWith("-")) throw new InvalidArgumentError("It begins with a dash: is the value missing?");
    return value;
  });
}

function examplesOf(called: string, { examples }: OpsCommand | TextCommand): string {
  const lines = examples.map(([line, what]) => [`  ${called} ${line}`.trimEnd(), what] as const);
  const width = Math.max(...lines.map(([line]) => line.length));
  return ["Examples:", ...lines.map(([line, what]) => `${line.padEnd(width)}   # ${what}`)].join("\n");
}

/** @throws UsageError if the first word is neither a command nor `--help` or `-h` */
function mustBeCommand(name = "", cli: Cli): void {
  if (Object.hasOwn(cli.commands, name) || ["--help", "-h"].includes(name)) return;
  const meant = nearest(name, Object.keys(cli.commands));
  const guess = meant === undefined ? "." : `: ${meant}?`;
  throw new UsageError(`there is no command "${name}"${guess}\n${overview(cli)}`);
}

/** Replaces the parser's message with our own where the parser's doesn't say what to do. */
function wrongUsage(
  error: CommanderError,
  [name = ""]: readonly string[],
  { commands, program }: Cli,
): UsageError {
  const command = commands[name];
  const said = (command && whatIsWrong(error, name, command)) ?? error.message.replace(/^error: /, "");
  const help =
    command === undefined
      ? `${program} --help lists the commands.`
      : `${program} ${name} --help lists its options.`;
  return new UsageError(`${said}\n${help}`, { cause: error });
}

function whatIsWrong(
  { code, message }: CommanderError,
  name: string,
  command: OpsCommand | TextCommand,
): string | undefined {
  if (code === "commander.unknownOption") {
    const typed = /'(.*)'/s.exec(message)?.[1] ?? "";
    const option = typed.replace(/^--?/, "").replace(/=.*$/s, "");
    const names = ["help", ...optionsOf(command).map(nameOf)];
    if (names.includes(option) && typed.includes("=")) return `--${option} takes no value`;
    const meant = nearest(option, names);
    return `${name} has no option ${typed.replace(/=.*$/s, "")}${meant === undefined ? "" : `: --${meant}?`}`;
  }
  if (code === "commander.excessArguments") {
    const words = /: ([^:]*)\.$/s.exec(message)?.[1] ?? "";
    return `${name} takes fewer words than came: ${words}. An option begins with --`;
  }
  return undefined;
}
