import { nameOf, optionsOf, wantsValue } from "../command.ts";
import type { Commands, OptionLine, OpsCommand, TextCommand } from "../command.ts";

/** An option as a shell offers it. */
export interface OfferedOption {
  /** With its dashes. */
  flag: string;
  what: string;
  /** The name of its value. Undefined if it takes none. */
  value?: string | undefined;
  /** The values to offer, as far as they are fixed. */
  values: readonly string[];
}

/** Returns every option of a command, including `--help`. */
export function offeredOptions(command: OpsCommand | TextCommand): OfferedOption[] {
  return [...optionsOf(command).map(offered), { flag: "--help", what: "explains it", values: [] }];
}

function offered(line: OptionLine): OfferedOption {
  const [flags, what, values = []] = line;
  const value = wantsValue(line) ? /<(.*)>/.exec(flags)?.[1] : undefined;
  return { flag: `--${nameOf(line)}`, what, value, values };
}

/** Returns the possible first words: every command, and `help`. */
export function firstWords(all: Commands): [name: string, what: string][] {
  const names = Object.entries(all).map(([name, { summary }]): [string, string] => [name, summary]);
  return [...names, ["help", "explains a command"]];
}

/** Quotes a text, so that a shell takes it as one word, unchanged. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
