import type { Target } from "./target.ts";

/** The values of a command's options, as typed. */
export type OptionValues = Record<string, string | boolean | undefined>;

/**
 * An option: its flags, e.g. `--tag <TAG>` or `--dry-run`; what it does; and the values that shell completion offers.
 * Default: completion offers none
 */
export type OptionLine = readonly [flags: string, what: string, offered?: readonly string[]];

/** A word that a command takes after its name. */
export interface CommandArgument {
  name: string;
  allowed: readonly string[];
}

/** What help and completion show of a command. */
export interface CommandHelp {
  /** One line for the list of commands. */
  summary: string;
  /** The command's own options, without `--help` and {@link stackOptions}. */
  options: readonly OptionLine[];
  /** The word after the command's name, with its allowed values. Default: the command takes none */
  argument?: CommandArgument;
  /** Example lines without the command's name, each with what it does. At least two. */
  examples: readonly (readonly [line: string, what: string])[];
}

/** An operator's command on a stack: `npm run ops -- <name>`. It takes its own options, `--stack` and `--cwd`. */
export interface OpsCommand extends CommandHelp {
  /** True if the command changes nothing with these options. It then runs on the selected stack without asking. */
  onlyLooks(values: OptionValues, argument?: string): boolean;
  /**
   * Checks the options before the command looks for a stack. Default: every combination is allowed
   *
   * @throws UsageError if two options don't go together, or one has a wrong value
   */
  mustFit?(values: OptionValues, argument?: string): void;
  /**
   * Does the work, and tells what it does.
   *
   * @param say prints a text on standard output
   * @param argument the word after the command's name. Default: the command takes none
   * @throws Error: the operator sees its message and nothing else.
   */
  run(target: Target, values: OptionValues, say: (text: string) => void, argument?: string): Promise<void>;
}

/** A command that prints a text about the commands, and needs no stack. */
export interface TextCommand extends CommandHelp {
  argument: CommandArgument;
  /** Returns the text for one of the allowed arguments. */
  textFor(argument: string, all: Commands): string;
}

/** Every command by its name. */
export type Commands = Readonly<Record<string, OpsCommand | TextCommand>>;

/** The options that every command on a stack takes. */
const stackOptions: readonly OptionLine[] = [
  ["--stack <NAME>", "the stack to work on. Default: the one that is selected (pulumi stack select)"],
  ["--cwd <DIR>", "the folder with Pulumi.yaml and the stack's file. Default: this project's"],
];

/** All options of a command except `--help`. */
export function optionsOf(command: OpsCommand | TextCommand): readonly OptionLine[] {
  return "textFor" in command ? command.options : [...command.options, ...stackOptions];
}

/** An option's name, without dashes. */
export function nameOf([flags]: OptionLine): string {
  return flags.replace(/^--/, "").replace(/ .*$/, "");
}

/** True if an option takes a value. */
export function wantsValue([flags]: OptionLine): boolean {
  return flags.includes(" <");
}
