import { basename } from "node:path";
import { commandFor } from "../../settings/edit.ts";
import type { OpsCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { ConfigFile } from "../deploy/config-file.ts";
import { beginAlone, mustBeAlone } from "../deploy/journal.ts";
import { LastChange, type Change } from "../deploy/last-change.ts";
import { readStackFile } from "../stack-config.ts";
import type { Target } from "../target.ts";
import { valueInWords } from "../config-changes.ts";
import { pathInWords, undoOf, type Place } from "./undo.ts";
import { pulumiLine } from "../../settings/commands.ts";

/** `npm run ops -- undo-config`. */
export const undoConfig: OpsCommand = {
  summary: "puts back what the last deploy or rollback changed in the stack's file, and touches nothing else",
  options: [
    ["--dry-run", "only says what it would put back"],
    ["--yes", "doesn't ask before it begins"],
  ],
  examples: [
    ["--dry-run --stack prod", "what the last deploy or rollback changed in Pulumi.prod.yaml"],
    ["--stack prod", "asks, and puts it back; then: pulumi preview"],
  ],
  onlyLooks: (values) => values["dry-run"] === true,
  async run(target, values, say) {
    await undo(target, {
      say,
      dryRun: values["dry-run"] === true,
      confirm: (question) => confirm(question, values["yes"] === true),
    });
  },
};

/** What {@link undo} needs besides its stack. */
export interface UndoTools {
  say: (line: string) => void;
  /** True to only say what it would do. */
  dryRun: boolean;
  /** Asks the operator whether to go on. */
  confirm: (question: string) => Promise<boolean>;
}

/**
 * Puts back what the last command changed in the stack's file. It neither asks nor touches the platform.
 *
 * @throws Error if a deploy runs or was killed, or if somebody has since edited the file in the same places
 */
export async function undo(target: Target, { say, dryRun, confirm: ask }: UndoTools): Promise<void> {
  // Throws if the stack's file is missing or wrong.
  target.settings();
  const config = new ConfigFile(target.configFile);
  mustBeAlone(target, config.former);
  const name = basename(target.configFile);
  const last = new LastChange(target);
  const change = last.read();
  if (change === undefined) {
    say(
      `There is nothing to put back: no deploy or rollback from this folder has left a change in ${name}, or it was put back.`,
    );
    return;
  }
  const { places, edited, text } = undoOf(change, config.former);
  const what = `${change.command} (${change.at})`;
  if (edited.length > 0) throw new Error(editedInWords(target, change, edited));
  if (places.length === 0) {
    say(`There is nothing to put back: ${name} says what it said before ${what}.`);
    return;
  }
  readStackFile(text, target.stack, target);
  say([`What ${what} changed in ${name}, and what is put back:`, ...placesInWords(places)].join("\n"));
  if (dryRun) return;
  if (!(await ask(`Put it back in ${name}? Nothing else is touched.`))) {
    say("Nothing was touched.");
    return;
  }
  beginAlone(target, config.former);
  if (!config.write(text))
    throw new Error(`somebody has edited ${name} meanwhile: nothing was put back. Run it again.`);
  last.forget();
  say(
    `Put back in ${name}. The platform is as it was: ${pulumiLine("preview", target)} shows what an update would do now.`,
  );
}

function placesInWords(places: readonly Place[]): string[] {
  const width = Math.max(...places.map((place) => pathInWords(place).length));
  return places.map(
    (place) =>
      `  ${pathInWords(place).padEnd(width)}  ${valueInWords(place.now)} → ${valueInWords(place.former)}`,
  );
}

function editedInWords(
  { stack, configFile }: Target,
  { command, at }: Change,
  edited: readonly Place[],
): string {
  const name = basename(configFile);
  return [
    `${name} was edited since ${command} (${at}) changed it, in the same places. It is left as it is:`,
    ...edited.map(
      (place) =>
        `  ${pathInWords(place)} is ${valueInWords(place.now)}; ${command} wrote ${valueInWords(place.written)}, and before it was ${valueInWords(place.former)}`,
    ),
    "To have what was there before, also in these places, run this, and then undo-config again:",
    ...edited.map((place) => `  ${formerBy(place)} --stack ${stack}`),
  ].join("\n");
}

/** Returns the command that puts a place back. */
function formerBy(place: Place): string {
  const path = pathInWords(place);
  const { former } = place;
  if (former === undefined) return `pulumi config rm --path '${path}'`;
  return commandFor({ path, value: typeof former === "number" ? former : valueInWords(former) });
}
