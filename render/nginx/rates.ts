import { isWithoutFrontend } from "./alone.ts";
import { backendOf } from "./backend.ts";
import { block, type Directive } from "./directives.ts";
import { nearNetworks } from "./near.ts";
import { otherWays } from "./other-ways.ts";
import { pathOrBelow, pathToBackend } from "./paths.ts";
import type { GatewayRoute } from "./route.ts";

// A zone keeps its key for ever: nginx refuses a reload that gives one of this name another key.
const zones = { api: "api_rate", logins: "login_rate", routes: "route_rate" } as const;

/**
 * Counts how often each client asks: requests to the backend, and by themselves those that try a password. Counts
 * neither private addresses nor requests that ask for a release, as with the bounds on open requests.
 */
export function rateMaps(route: GatewayRoute): Directive[] {
  const { rates } = route;
  if (rates === undefined) return [];
  const { api, logins, exemptClients, exemptPaths } = rates;
  const loginPaths = (logins?.paths ?? []).flatMap((path) => [
    path,
    ...otherWays(route, path).map(({ path: at }) => at),
  ]);
  const exempt = [...nearNetworks, ...exemptClients].map((network) => `${network} "";`);
  const counted = (path: string, kind: string) => `"~*^all:yes:${path}" ${kind};`;
  return [
    block("geo $has_rate", "default yes;", ...exempt),
    block(
      'map "$counted:$has_rate:$request_method:$uri" $rate',
      'default "";',
      // No parameters: what a backend reads behind `..;` is another address.
      ...exemptPaths.map((path) => `"~^all:yes:[^:]*:${pathOrBelow(path)}" "";`),
      // What only reads is no attempt.
      ...loginPaths.map((path) => counted(`(?!GET:|HEAD:|OPTIONS:)[^:]*:${pathToBackend(path)}`, "login")),
      ...(api === undefined ? [] : [counted(`[^:]*:${pathToBackend(backendOf(route).basePath)}`, "api")]),
    ),
    ...(api === undefined
      ? []
      : [
          block("map $rate $api_client", 'default "";', "api $client_network;"),
          `limit_req_zone $api_client zone=${zones.api}:2m rate=${api.perSecond}r/s;`,
        ]),
    ...(api === undefined || (route.routes === undefined && !isWithoutFrontend(route))
      ? []
      : [
          block(
            'map "$counted:$has_rate:$uri" $route_client',
            'default "";',
            ...exemptPaths.map((path) => `"~^all:yes:${pathOrBelow(path)}" "";`),
            '"~^all:yes:" $client_network;',
          ),
          `limit_req_zone $route_client zone=${zones.routes}:1m rate=${api.perSecond}r/s;`,
        ]),
    ...(logins === undefined
      ? []
      : [
          block("map $rate $login_client", 'default "";', "login $client_network;"),
          `limit_req_zone $login_client zone=${zones.logins}:1m rate=${logins.perMinute}r/m;`,
        ]),
  ];
}

/** The rates of what goes to the backend by another path than the base path, in place of the public server's. */
export function routeRates({ rates }: GatewayRoute): Directive[] {
  if (rates?.api === undefined) return [];
  return [
    `limit_req zone=${zones.routes} burst=${rates.api.burst} nodelay;`,
    ...(rates.logins === undefined
      ? []
      : [`limit_req zone=${zones.logins} burst=${rates.logins.burst} nodelay;`]),
  ];
}

/** The rates of the public server. A client beyond one gets 429. */
export function ratesOf({ rates }: GatewayRoute): Directive[] {
  if (rates === undefined) return [];
  const { api, logins } = rates;
  return [
    ...(api === undefined ? [] : [`limit_req zone=${zones.api} burst=${api.burst} nodelay;`]),
    ...(logins === undefined ? [] : [`limit_req zone=${zones.logins} burst=${logins.burst} nodelay;`]),
    "limit_req_status 429;",
    // The access log already has each refusal.
    "limit_req_log_level info;",
  ];
}
