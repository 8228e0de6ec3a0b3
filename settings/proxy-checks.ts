import { isLoopback } from "./addresses.ts";
import { configPath, removeCommand } from "./commands.ts";
import { got, settingCommand, type Context } from "./explain.ts";
import type { Get } from "./get.ts";
import type { Problem } from "./problem.ts";
import { hostProxy } from "./schema/proxies.ts";

const listsPath = ["gateway", "trustedProxies"];
const protocolPath = ["gateway", "proxyProtocol"];
const bindPath = ["gateway", "bindAddress"];

/** Proxies are believed only where nobody else can come by their address. */
export function proxiesAreKnown(context: Context, get: Get): Problem[] {
  const lists = get(listsPath);
  const bind = get(bindPath);
  if (typeof lists !== "object" || lists === null) return [];
  const entries = Object.entries(lists as Record<string, string[]>);
  const ofHost = entries.flatMap(([name, list]) => {
    const at = Array.isArray(list) ? list.indexOf(hostProxy) : -1;
    if (at === -1 || typeof bind !== "string" || isLoopback(bind)) return [];
    return [
      {
        at: configPath([...listsPath, name, at]),
        what: `the gateway listens on ${bind}, and clients from outside may come by the same address as the host's own programs`,
        got: got(context, [...listsPath, name, at]),
        allowed: `only while ${configPath(bindPath)} is 127.0.0.1 or ::1`,
        fix: [settingCommand(context, bindPath, "127.0.0.1")],
        or: [[removeCommand(context.stack, [...listsPath, name, at])]],
      },
    ];
  });
  const isEmpty = !entries.some(([, list]) => list.length > 0);
  if (get(protocolPath) !== true || !isEmpty) return ofHost;
  return [
    ...ofHost,
    {
      at: configPath(protocolPath),
      what: "no proxy is trusted, so that nobody's PROXY header would be believed",
      got: "true",
      allowed: `true only with proxies in ${configPath(listsPath)}`,
      fix: [settingCommand(context, [...listsPath, "<name>", 0], "<address>")],
      or: [[settingCommand(context, protocolPath, "false")]],
    },
  ];
}
