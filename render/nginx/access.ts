import { block, type Directive } from "./directives.ts";
import { otherWays, type Way } from "./other-ways.ts";
import { escaped, pathToBackend } from "./paths.ts";
import type { GatewayRoute } from "./route.ts";

/** The file with the users of a rule, by its number or a variable with it, beside the configuration. */
export function usersFile(rule: number | string): string {
  return `users-${rule}`;
}

/**
 * `$access`: what a request needs besides its address: nothing, a `password`, or it is `denied`. Of several rules the one
 * with the longest path counts, of those for a host before those for all. Whoever has the token, and the gateway's own container with its smoke checks, needs
 * nothing.
 */
export function accessMaps(route: GatewayRoute): Directive[] {
  const { access } = route;
  if (access === undefined) return [];
  const users = [...new Set(access.flatMap((rule) => rule.users ?? []))];
  const withClients = access.flatMap(({ clients }, rule) => (clients.length > 0 ? [{ rule, clients }] : []));
  const byPath = access.flatMap(({ hosts, paths }, rule) =>
    paths.flatMap((path) =>
      [...(hosts ?? [undefined]).map((host): Way => ({ host, path })), ...hiddenWays(route, hosts, path)].map(
        (way) => ({ ...way, rule }),
      ),
    ),
  );
  const [given, ofRules] = byPath.some(({ host }) => host !== undefined)
    ? // No host has a space.
      (['"$host $uri"', (host = String.raw`\S+`) => `${host} `] as const)
    : (["$uri", () => ""] as const);
  const most = [...byPath].sort(
    (one, other) =>
      Number(one.host === undefined) - Number(other.host === undefined) ||
      other.path.length - one.path.length,
  );
  return [
    block(
      `map ${given} $rule_of_path`,
      'default "";',
      ...(given === "$uri"
        ? ['"/healthz" "";', String.raw`"~^/\.webnet/" "";`]
        : [String.raw`"~^\S+ /(?:healthz\z|\.webnet/)" "";`]),
      ...most.map(
        ({ host, path, rule }) =>
          `"~*^${ofRules(host === undefined ? undefined : escaped(host))}${path === "/" ? "/" : pathToBackend(path)}" ${rule};`,
      ),
    ),
    block(
      'map "$guard:$rule_of_path:$remote_addr" $asked_rule',
      'default "";',
      '"~^public:(?<rule>[0-9]+):(?!unix:)" $rule;',
    ),
    ...withClients.map(({ rule, clients }) =>
      block(
        `geo $client_of_${rule}`,
        'default "";',
        ...[...new Set(clients)].map((client) => `${client} yes;`),
      ),
    ),
    block(
      `map "$asked_rule${withClients.map(({ rule }) => `:$client_of_${rule}`).join("")}" $access`,
      'default "";',
      ...access.flatMap(({ isOpen, users }, rule) => {
        const at = withClients.findIndex((one) => one.rule === rule);
        return [
          ...(at < 0 ? [] : [`"~^${rule}:(?:[^:]*:){${at}}yes(?::|$)" "";`]),
          `"~^${rule}(?::|$)" ${isOpen === true ? '""' : users ? "password" : "denied"};`,
        ];
      }),
    ),
    block("map $access $realm", "default off;", "password Restricted;"),
    // The gateway's password is nobody else's: a browser sends it to the open addresses of the same host too.
    block(
      'map "$access:$remote_user" $backend_authorization',
      "default $http_authorization;",
      '"~^password:" "";',
      ...(users.length > 0 ? [`"~^[^:]*:(?:${users.map(escaped).join("|")})\\z" "";`] : []),
    ),
  ];
}

/** By which other addresses a path of a rule can be reached, on the hosts of the rule. */
function hiddenWays(route: GatewayRoute, hosts: readonly string[] | undefined, path: string): Way[] {
  return otherWays(route, path).flatMap(({ host, path: at }) => {
    if (hosts === undefined) return [{ host, path: at }];
    const named = host ?? route.serverName;
    return hosts.includes(named) ? [{ host: named, path: at }] : [];
  });
}

/** Lets in who is to be let in. */
export function accessCheck({ access, usersDirectory }: GatewayRoute): Directive[] {
  if (access === undefined) return [];
  return [
    block("if ($access = denied)", "return 403;"),
    "auth_basic $realm;",
    // By the pointer, so that a former generation's worker knows today's users.
    `auth_basic_user_file ${usersDirectory}/${usersFile("$asked_rule")};`,
  ];
}

/** The header that a backend gets in place of the client's. */
export function authorizationHeader({ access }: GatewayRoute): Directive[] {
  return access === undefined ? [] : ["proxy_set_header Authorization $backend_authorization;"];
}
