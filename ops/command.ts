import type { Target } from "./target.ts";

/** The values of a command's own options, as they were typed. */
export type OptionValues = Record<string, string | boolean | undefined>;

/**
 * An option: how it is typed, e.g. `--tag <TAG>` or `--dry-run`; what it does; and the values that a shell's completion
 * offers. Default: it offers none
 */
export type OptionLine = readonly [flags: string, what: string, offered?: readonly string[]];

/** A word that a command wants after its name. */
export interface CommandArgument {
  name: string;
  allowed: readonly string[];
}

/** What help and completion tell of a command. */
export interface CommandHelp {
  /** One line for the list of commands. */
  summary: string;
  /** Each own option. */
  options: readonly OptionLine[];
  /** What follows the command's name, and what it may be. Default: nothing does */
  argument?: CommandArgument;
  /** What may be typed after the command's name, and what it does; at least two. */
  examples: readonly (readonly [line: string, what: string])[];
}

/** One operator's command on a stack: `npm run ops -- <name>`. It has `--stack` and `--cwd` besides its own options. */
export interface OpsCommand extends CommandHelp {
  /** Whether it changes nothing with these options: such a command works on the selected stack without being asked. */
  onlyLooks(values: OptionValues): boolean;
  /**
   * Looks at the options alone, before a stack is looked for. Default: any may stand beside any
   *
   * @throws UsageError where they don't fit together, or one has a value that it can't have
   */
  mustFit?(values: OptionValues): void;
  /**
   * Does the work, and says on standard output what it does.
   *
   * @throws Error whose message is all that the operator sees.
   */
  run(target: Target, values: OptionValues): Promise<void>;
}

/** A command that prints a text about the commands themselves, and knows no stack. */
export interface TextCommand extends CommandHelp {
  argument: CommandArgument;
  /** The text for one of the allowed arguments. */
  textFor(argument: string, all: Commands): string;
}

/** Every command by its name. */
export type Commands = Readonly<Record<string, OpsCommand | TextCommand>>;

/** The options of every command on a stack. */
export const stackOptions: readonly OptionLine[] = [
  ["--stack <NAME>", "the stack to work on. Default: the one that is selected (pulumi stack select)"],
  ["--cwd <DIR>", "the folder with Pulumi.yaml and the stack's file. Default: this project's"],
];

/** All options of a command but `--help`. */
export function optionsOf(command: OpsCommand | TextCommand): readonly OptionLine[] {
  return "textFor" in command ? command.options : [...command.options, ...stackOptions];
}

/** An option's name, without dashes. */
export function nameOf([flags]: OptionLine): string {
  return flags.replace(/^--/, "").replace(/ .*$/, "");
}

/** Whether an option wants a value. */
export function wantsValue([flags]: OptionLine): boolean {
  return flags.includes(" <");
}
