import type { ParseArgsOptionsConfig } from "node:util";
import type { Target } from "./target.ts";

/** The values of a command's own options, as they were typed. */
export type OptionValues = Record<string, string | boolean | undefined>;

/** One operator's command: `npm run ops -- <name>`. */
export interface OpsCommand {
  /** One line for the list of commands. */
  summary: string;
  /** Each own option with its help, e.g. `["--dry-run", "only says what it would do"]`. */
  help: readonly (readonly [option: string, what: string])[];
  /** Whether it changes nothing with these options: such a command works on the selected stack without being asked. */
  onlyLooks(values: OptionValues): boolean;
  /** The options as `parseArgs` takes them, besides `--stack` and `--cwd`. */
  options: ParseArgsOptionsConfig;
  /**
   * Does the work, and says on standard output what it does.
   *
   * @throws Error whose message is all that the operator sees.
   */
  run(target: Target, values: OptionValues): Promise<void>;
}
