import { messageOf } from "../../host/message.ts";
import { applyChanges, type Change } from "../../settings/edit.ts";
import { valueAt } from "../../settings/shape.ts";
import { changesBetween, valueInWords } from "../config-changes.ts";
import { readStackConfig } from "../../pulumi/stack-file.ts";
import type { Target } from "../target.ts";

/**
 * Returns the text of the stack's file with the deploy's changes.
 *
 * @throws Error if the changes would also change something else, for example because two colours share their tags by an
 *   anchor, or if a value can't be set
 */
export function wantedConfig(
  { stack, project }: Pick<Target, "stack" | "project">,
  former: string,
  changes: readonly Change[],
): string {
  const refuse = (why: string): never => {
    throw new Error(
      `Pulumi.${stack}.yaml can't be changed by a command as it is written: ${why}. Nothing was touched. ` +
        "Write the values out there, without anchors and aliases, or edit the file by hand and use pulumi up.",
    );
  };
  let wanted: string;
  try {
    wanted = applyChanges(former, changes);
  } catch (error) {
    const paths = changes.map(({ path }) => path).join(" and ");
    return refuse(`${paths} can't be set (${messageOf(error)})`);
  }
  const [before, after] = [former, wanted].map((text) => readStackConfig(text, stack, project));
  const made = changesBetween(before, after);
  for (const { path, value } of changes) {
    const is = valueAt(after, path.split("."));
    // Pulumi reads a number outside an object as text.
    if (String(value) !== valueInWords(is)) refuse(`${path} would stay ${valueInWords(is)}`);
  }
  const asked = changes.map(({ path }) => path);
  const besides = made.map(({ path, written }) => ({ path: path.join("."), written }));
  const other = besides.find(({ path }) => !asked.includes(path));
  if (other !== undefined) refuse(`${other.path} would change as well, to ${valueInWords(other.written)}`);
  return wanted;
}
