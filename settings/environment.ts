import type { Get } from "./get.ts";
import { configPath, removeCommand } from "./commands.ts";
import { got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import type { Problem } from "./problem.ts";

/** The variables of a backend that the program sets and the settings may replace or add to. */
export const replaceableVariables = [
  "JAVA_TOOL_OPTIONS",
  "SERVER_SHUTDOWN",
  "MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED",
  "SERVER_MAX_HTTP_REQUEST_HEADER_SIZE",
] as const;

/** The program's own variable that a name means in another spelling. Undefined: it means none. */
export function ownSpelling(name: string): string | undefined {
  return replaceableVariables.find((known) => known !== name && known === name.toUpperCase());
}

/** Spelt otherwise, one would stand beside the program's own and not replace it. */
export function ownNamesAreUpperCase(context: Context, get: Get): Problem[] {
  const path = ["backend", "environment"];
  return Object.keys(get(path) ?? {}).flatMap((name) => {
    const own = ownSpelling(name);
    if (own === undefined) return [];
    return [
      {
        at: configPath([...path, name]),
        what: `it doesn't replace the program's own ${own}: to the backend it is a variable beside it`,
        got: got(context, [...path, name]),
        allowed: `the name ${own}`,
        fix: [
          removeCommand(context.stack, [...path, name]),
          settingCommand(context, [...path, own], placeholderAt(context, [...path, own])),
        ],
      },
    ];
  });
}
