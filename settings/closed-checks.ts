import { configPath, removeCommand } from "./commands.ts";
import { entriesOf } from "./entries.ts";
import { servesEveryHost } from "./every-host.ts";
import { got, settingCommand, type Context } from "./explain.ts";
import type { Get, IsBroken } from "./get.ts";
import type { Problem } from "./problem.ts";
import { monitoringPath, ownHosts, routesPath } from "./route-hosts.ts";

const accessPath = ["gateway", "access"];

interface Rule {
  paths?: string[];
  hosts?: string[];
  isOpen?: boolean;
}

/** A rule of access may name hosts that there are, and monitoring is closed by one. */
export function hostsAreClosed(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  if (isBroken(accessPath) || isBroken(routesPath)) return [];
  const monitoring = get(monitoringPath);
  const domain = get(["domain"]);
  const rules = entriesOf<Rule>(get, accessPath, ["paths", "hosts", "clients", "users"]);
  const everyHost = typeof domain === "string" && servesEveryHost(domain);
  // A rule for one of all the names would leave the others open.
  const known = [...(everyHost ? [] : [domain]), ...ownHosts(get), monitoring];
  const unknown = rules.flatMap(([name, { hosts = [] }]) =>
    hosts.flatMap((host, position) => {
      const at = [...accessPath, name, "hosts", position];
      if (known.includes(host)) return [];
      return [
        {
          at: configPath(at),
          what: everyHost
            ? "it is no host of gateway.routes, and webnet:domain answers to every name"
            : "the gateway does not answer to it",
          got: got(context, at),
          allowed: "webnet:domain, webnet:monitoring.host, or a host of webnet:gateway.routes",
          fix: [removeCommand(context.stack, at)],
        },
      ];
    }),
  );
  if (typeof monitoring !== "string") return unknown;
  const isFor = ({ hosts = [] }: Rule): boolean => hosts.length === 0 || hosts.includes(monitoring);
  const closing = rules.filter(
    ([, rule]) => isFor(rule) && rule.isOpen !== true && rule.paths?.includes("/"),
  );
  // A rule for the host counts before those for all of them.
  const isClosedByName = closing.some(([, { hosts = [] }]) => hosts.length > 0);
  const opening = rules.find(
    ([, rule]) => isFor(rule) && rule.isOpen === true && ((rule.hosts ?? []).length > 0 || !isClosedByName),
  );
  if (closing.length > 0 && opening === undefined) return unknown;
  const rule = [...accessPath, "monitoring"];
  return [
    ...unknown,
    {
      at: configPath(monitoringPath),
      what:
        opening === undefined
          ? "Prometheus has no passwords, and no rule of webnet:gateway.access closes this host"
          : `Prometheus has no passwords, and ${configPath([...accessPath, opening[0]])} opens it`,
      got: got(context, monitoringPath),
      allowed: "a host whose every address a rule closes",
      fix:
        opening === undefined
          ? [
              settingCommand(context, [...rule, "paths", 0], "/"),
              settingCommand(context, [...rule, "hosts", 0], monitoring),
              settingCommand(context, [...rule, "users", 0], "<user>"),
              settingCommand(context, ["gatewayPasswords", "<user>"], ""),
            ]
          : [removeCommand(context.stack, [...accessPath, opening[0], "isOpen"])],
      or: [[removeCommand(context.stack, monitoringPath)]],
    },
  ];
}
