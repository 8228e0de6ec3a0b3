import { configPath, removeCommand } from "./commands.ts";
import { allowedAt, got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import { entriesOf } from "./entries.ts";
import type { Get, IsBroken } from "./get.ts";
import type { Problem } from "./problem.ts";
import { listIn, monitoringPath, ownHosts, routesPath } from "./route-hosts.ts";
import { routeAddress, type RouteAddress } from "./route-address.ts";
import { sameAddresses } from "./same-addresses.ts";
import { toBackend } from "./schema/routes.ts";
import { valueAt, type Path } from "./shape.ts";

interface Route {
  paths?: string[];
  hosts?: string[];
  to?: string;
  keepHost?: boolean;
  authorityFile?: string;
}

/** Checks that each route has addresses of its own, leads somewhere else, and that no two are for the same. */
export function routesLead(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  if (isBroken(routesPath)) return [];
  const routes = entriesOf<Route>(get, routesPath, ["paths", "hosts"]);
  return [
    ...routes.flatMap(([name, route]) => pathsAreFree(context, get, name, route)),
    ...routes.flatMap(([name, route]) => targetIsElsewhere(context, get, name, route)),
    ...hostsAreOwn(context, get, routes),
    ...thereIsRoom(context, routes),
    ...pathsDiffer(context, routes),
  ];
}

function pathsAreFree(
  context: Context,
  get: Get,
  name: string,
  { paths = ["/"], hosts = [], to }: Route,
): Problem[] {
  const list = [...routesPath, name, "paths"];
  const isOwnHost = hosts.length > 0;
  const base = get(["backend", "basePath"]);
  const isSpring = get(["backend", "kind"]) === "spring";
  const wrongWith = (path: string): string | undefined => {
    if (/^\/(?:healthz|\.webnet)(?:\/|$)/.test(path)) return "it is the gateway's own";
    if (to === toBackend && isSpring && /\/actuator(?:\/|$)/.test(path))
      return "it would open the backend's actuator";
    if (isOwnHost) return undefined;
    if (path === "/") return "all addresses are the frontend's, unless the route has a host of its own";
    if (path === base) return `it is ${configPath(["backend", "basePath"])}`;
    return path === "/assets" ? "it is the frontend's" : undefined;
  };
  const problem = (at: Path, value: string, what: string): Problem => ({
    at: configPath(at),
    what,
    got: value,
    allowed: "a path that is nobody's yet, such as /reports",
    fix: [settingCommand(context, at === list ? [...list, 0] : at, "<path>")],
    or: value === '"/"' ? [[settingCommand(context, [...routesPath, name, "hosts", 0], "<host-name>")]] : [],
  });
  if (paths.length === 0) return [problem(list, "[]", "the route is for no address")];
  return paths.flatMap((path, position) => {
    const what = wrongWith(path);
    const item = [...list, position];
    // Without a list, the setting is its default.
    const at = valueAt(context.input, item) === undefined ? list : item;
    return what === undefined ? [] : [problem(at, JSON.stringify(path), what)];
  });
}

function targetIsElsewhere(context: Context, get: Get, name: string, route: Route): Problem[] {
  const { to, keepHost = false, authorityFile } = route;
  if (typeof to !== "string") return [];
  const at = [...routesPath, name];
  const address = routeAddress(to);
  const only = (key: string, allowed: string): Problem => ({
    at: configPath([...at, key]),
    what: `it has no effect while the route leads to ${to}`,
    got: got(context, [...at, key]),
    allowed,
    fix: [removeCommand(context.stack, [...at, key])],
  });
  const useless = [
    ...(keepHost && address === undefined
      ? [only("keepHost", "only with an address in to: the backend gets it in any case")]
      : []),
    ...(authorityFile !== undefined && address?.scheme !== "https"
      ? [only("authorityFile", "only with an https address in to")]
      : []),
  ];
  if (address === undefined) return useless;
  const what = elsewhere(context, get, address);
  if (what === undefined) return useless;
  return [
    ...useless,
    {
      at: configPath([...at, "to"]),
      what,
      got: got(context, [...at, "to"]),
      allowed: allowedAt(context, [...at, "to"]),
      fix: [settingCommand(context, [...at, "to"], placeholderAt(context, [...at, "to"]))],
    },
  ];
}

/** What is wrong with an address. */
function elsewhere(
  context: Context,
  get: Get,
  { host: written, port, scheme }: RouteAddress,
): string | undefined {
  const host = written.toLowerCase();
  if (port > 65_535) return "there is no such port";
  if (/^\d+(?:\.\d+)*$/.test(host) && !/^(?:\d{1,3}\.){3}\d{1,3}$/.test(host)) return "it is no IPv4 address";
  if (scheme === "https" && /^[\d.]+$/.test(host))
    return "a certificate is checked for a host name: give the address one";
  if (/^(?:localhost$|127\.|0\.)/.test(host))
    return "it is the gateway's own container; a program on the host has another address there, such as that of the network's gateway";
  const own = [
    get(["domain"]),
    ...listIn(get(["gateway", "aliases"])),
    ...ownHosts(get),
    get(monitoringPath),
  ];
  if (own.includes(host)) return "the gateway would ask itself, without end";
  if (host.startsWith(`webnet-${context.stack}-`) || host === "mysql")
    return "it is a container of the platform itself, which is not for clients; for Prometheus there is webnet:monitoring.host";
  return undefined;
}

function hostsAreOwn(context: Context, get: Get, routes: readonly [string, Route][]): Problem[] {
  const places: [Path, string][] = routes.flatMap(([name, { hosts = [] }]) =>
    hosts.map((host, position): [Path, string] => [[...routesPath, name, "hosts", position], host]),
  );
  const monitoring = get(monitoringPath);
  if (typeof monitoring === "string") places.push([monitoringPath, monitoring]);
  const domain = get(["domain"]);
  const aliases = listIn(get(["gateway", "aliases"]));
  return places.flatMap(([at, host]) => {
    const whose =
      host === domain
        ? "webnet:domain"
        : aliases.includes(host)
          ? "one of webnet:gateway.aliases"
          : at !== monitoringPath && host === monitoring
            ? "webnet:monitoring.host"
            : undefined;
    if (whose === undefined) return [];
    return [
      {
        at: configPath(at),
        what: `it is ${whose} already`,
        got: got(context, at),
        allowed: "a name of its own",
        fix: [settingCommand(context, at, "<host-name>")],
        or: at === monitoringPath ? [] : [[removeCommand(context.stack, at.slice(0, -1))]],
      },
    ];
  });
}

/** Each host and each path takes some 100 KB of every nginx process. */
const most = { hosts: 30, paths: 100 };

function thereIsRoom(context: Context, routes: readonly [string, Route][]): Problem[] {
  const all = {
    hosts: new Set(routes.flatMap(([, { hosts = [] }]) => hosts)).size,
    paths: routes.reduce(
      (sum, [, { hosts = [], paths = ["/"] }]) => sum + paths.length * Math.max(hosts.length, 1),
      0,
    ),
  };
  return (["hosts", "paths"] as const).flatMap((what) => {
    if (all[what] <= most[what]) return [];
    return [
      {
        at: configPath(routesPath),
        what: `the gateway's memory has no room for so many ${what}${what === "paths" ? ", each once for every host" : ""}`,
        got: String(all[what]),
        allowed: `at most ${most[what]} of all routes together`,
        fix: [removeCommand(context.stack, [...routesPath, routes.at(-1)?.[0] ?? "<name>"])],
      },
    ];
  });
}

function pathsDiffer(context: Context, routes: readonly [string, Route][]): Problem[] {
  return sameAddresses(routes, { allPaths: ["/"] }).map(({ name, position, path, other }) => {
    const item = [...routesPath, name, "paths", position];
    return {
      at: configPath(item),
      what: `the same addresses as ${configPath([...routesPath, other.name])}`,
      got: JSON.stringify(path),
      allowed: "a path that no other route of the same host has",
      fix: [settingCommand(context, item, "<path>")],
    };
  });
}
