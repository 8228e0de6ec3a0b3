import { configPath, removeCommand } from "./commands.ts";
import { settingCommand, type Context } from "./explain.ts";
import { entriesOf } from "./entries.ts";
import type { Get, IsBroken } from "./get.ts";
import type { Problem } from "./problem.ts";
import { sameAddresses } from "./same-addresses.ts";

const rulesPath = ["gateway", "access"];
const passwordsPath = ["gatewayPasswords"];

interface Rule {
  hosts?: string[];
  paths?: string[];
  clients?: string[];
  users?: string[];
  isOpen?: boolean;
}

/** Checks that each rule lets somebody in, that no two are for the same path, and that users have their passwords. */
export function accessIsGiven(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  if (isBroken(rulesPath) || isBroken(passwordsPath)) return [];
  const rules = entriesOf<Rule>(get, rulesPath, ["paths", "hosts", "clients", "users"]);
  return [
    ...rules.flatMap(([name, rule]) => letsSomebodyIn(context, name, rule)),
    ...pathsDiffer(context, rules),
    ...usersHavePasswords(context, rules, Object.keys(get(passwordsPath) ?? {})),
  ];
}

function letsSomebodyIn(context: Context, name: string, rule: Rule): Problem[] {
  const { clients = [], users = [], isOpen = false, paths = [] } = rule;
  const path = [...rulesPath, name];
  if (paths.length === 0)
    return [
      {
        at: configPath([...path, "paths"]),
        what: "it is missing, and the rule is for no address",
        allowed: "a list of paths",
        fix: [settingCommand(context, [...path, "paths", 0], "/")],
      },
    ];
  const closes = clients.length + users.length > 0;
  if (closes !== isOpen) return [];
  return [
    {
      at: configPath(path),
      what: isOpen ? "it lets everybody in, and names who else is let in" : "it lets nobody in",
      allowed: "either clients or users or both, or isOpen",
      fix: isOpen
        ? [settingCommand(context, [...path, "isOpen"], "false")]
        : [settingCommand(context, [...path, "users", 0], "<user>")],
      or: isOpen ? [] : [[settingCommand(context, [...path, "clients", 0], "<address>")]],
    },
  ];
}

function pathsDiffer(context: Context, rules: readonly [string, Rule][]): Problem[] {
  // As a backend may read it.
  const asRead = (path: string) => path.toLowerCase();
  return sameAddresses(rules, { asRead }).map(({ name, position, path, other }) => {
    const item = [...rulesPath, name, "paths", position];
    return {
      at: configPath(item),
      what: `the same path as ${configPath([...rulesPath, other.name, "paths", other.position])}`,
      got: JSON.stringify(path),
      allowed: "a path that no other rule has",
      fix: [removeCommand(context.stack, item)],
    };
  });
}

function usersHavePasswords(
  context: Context,
  rules: readonly [string, Rule][],
  known: readonly string[],
): Problem[] {
  const wanted = [...new Set(rules.flatMap(([, { users = [] }]) => users))];
  const missing = wanted
    .filter((user) => !known.includes(user))
    .map((user) => ({
      at: configPath([...passwordsPath, user]),
      what: `it is missing, and ${configPath(rulesPath)} lets ${user} in`,
      allowed: "a password of at least 10 characters",
      fix: [settingCommand(context, [...passwordsPath, user], "")],
    }));
  const unused = known
    .filter((user) => !wanted.includes(user))
    .map((user) => ({
      at: configPath([...passwordsPath, user]),
      what: `no rule of ${configPath(rulesPath)} lets ${user} in`,
      allowed: "the name of a user of a rule",
      fix: [removeCommand(context.stack, [...passwordsPath, user])],
    }));
  return [...missing, ...unused];
}
