import { nameOf, optionsOf, wantsValue } from "../command.ts";
import type { Commands, OptionLine, OpsCommand, TextCommand } from "../command.ts";

/** An option as a shell offers it. */
export interface OfferedOption {
  /** With its dashes. */
  flag: string;
  what: string;
  /** What its value is called; undefined where it takes none. */
  value?: string | undefined;
  /** The values that it may have, as far as they are known before it is asked. */
  values: readonly string[];
}

/** Every option of a command, `--help` included. */
export function offeredOptions(command: OpsCommand | TextCommand): OfferedOption[] {
  return [...optionsOf(command).map(offered), { flag: "--help", what: "explains it", values: [] }];
}

function offered(line: OptionLine): OfferedOption {
  const [flags, what, values = []] = line;
  const value = wantsValue(line) ? /<(.*)>/.exec(flags)?.[1] : undefined;
  return { flag: `--${nameOf(line)}`, what, value, values };
}

/** The first words that there are: every command, and `help`. */
export function firstWords(all: Commands): [name: string, what: string][] {
  const names = Object.entries(all).map(([name, { summary }]): [string, string] => [name, summary]);
  return [...names, ["help", "explains a command"]];
}

/** A text that a shell takes for one word, as it is. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
