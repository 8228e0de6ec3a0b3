import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../../host/message.ts";
import { applyChanges, type Change } from "../../settings/edit.ts";
import type { PulumiValue } from "../../pulumi/yaml.ts";
import { readStackConfig } from "../stack-config.ts";
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
  const [before, after] = [former, wanted].map((text) => valuesOf(readStackConfig(text, stack, project)));
  const asked = new Map<string, PulumiValue>(changes.map(({ path, value }) => [path, value]));
  for (const path of new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])) {
    const [was, is] = [before?.get(path), after?.get(path)];
    if (asked.has(path)) {
      if (saidOf(is) !== saidOf(asked.get(path))) refuse(`${path} would stay ${saidOf(is)}`);
    } else if (!isDeepStrictEqual(was, is)) refuse(`${path} would change as well, to ${saidOf(is)}`);
  }
  return wanted;
}

/** Maps each value to its path, in the form of `pulumi config set --path`. */
function valuesOf(value: PulumiValue, path = ""): Map<string, PulumiValue> {
  if (typeof value !== "object" || value === null) return new Map([[path, value]]);
  const below = Object.entries(value).map(([key, each]) =>
    valuesOf(each, path === "" ? key : `${path}.${key}`),
  );
  return new Map(below.flatMap((each) => [...each]));
}

/** Returns a value as text: for messages, and to compare, since Pulumi reads a number outside an object as text. */
function saidOf(value: PulumiValue | undefined): string {
  if (value === undefined) return "(none)";
  return typeof value === "string" ? value : JSON.stringify(value);
}
