import { configPath, removeCommand } from "./commands.ts";
import { allowedAt, got, settingCommand, type Context } from "./explain.ts";
import type { Get } from "./get.ts";
import type { Problem } from "./problem.ts";
import { servesEveryHost } from "./every-host.ts";

const path = ["gateway", "aliases"];

/** Each further host name is another one, and the platform has a name that it can lead to. */
export function aliasesLeadElsewhere(context: Context, get: Get): Problem[] {
  const domain = get(["domain"]);
  const aliases = get(path);
  if (typeof domain !== "string" || !Array.isArray(aliases) || aliases.length === 0) return [];
  if (servesEveryHost(domain))
    return [
      {
        at: configPath(path),
        what: `the platform answers to every name, since webnet:domain is ${domain}`,
        got: got(context, path),
        allowed: "none, unless webnet:domain is a name of its own",
        fix: [removeCommand(context.stack, path)],
        or: [[settingCommand(context, ["domain"], "<host-name>")]],
      },
    ];
  return aliases.flatMap((alias: unknown, at) => {
    if (alias !== domain && aliases.indexOf(alias) === at) return [];
    return [
      {
        at: configPath([...path, at]),
        what: alias === domain ? "it is webnet:domain itself" : "the name stands there twice",
        got: got(context, [...path, at]),
        allowed: allowedAt(context, [...path, at]),
        fix: [removeCommand(context.stack, [...path, at])],
      },
    ];
  });
}
