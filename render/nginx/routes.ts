import { isBelow } from "../../settings/paths.ts";
import { authorizationHeader } from "./access.ts";
import { backendsMissing } from "./alone.ts";
import { backendOf, hiddenBelow } from "./backend.ts";
import { block, type Directive } from "./directives.ts";
import { errorPages } from "./error-pages.ts";
import { answerHeaders, usualPolicy, usualPolicyMap } from "./headers.ts";
import { escaped } from "./paths.ts";
import { routeRates } from "./rates.ts";
import { outside, upstreamName } from "./outside.ts";
import { requestHeaders } from "./request-headers.ts";
import type { GatewayRoute } from "./route.ts";
import type { ToldRoute } from "./told-routes.ts";

/** One path of one route, with what its locations and variables are called by. */
interface Leg {
  route: ToldRoute;
  path: string;
  /** Position of its route. */
  at: number;
  id: string;
}

function legsOf({ routes = [] }: GatewayRoute): Leg[] {
  return routes.flatMap((route, at) =>
    route.paths.map((path, step) => ({ route, path, at, id: `${at}_${step}` })),
  );
}

/** The host names that only routes have. */
export function hostsOfRoutes({ routes = [] }: Pick<GatewayRoute, "routes">): string[] {
  return [...new Set(routes.flatMap(({ hosts = [] }) => hosts))];
}

/** Whether a host goes on while the platform is closed. */
export function isAlwaysOpen({ routes = [] }: GatewayRoute, host: string): boolean {
  return routes.filter(({ hosts }) => hosts?.includes(host)).every(({ isOpen }) => isOpen === true);
}

/** The headers of a host's answers. What a page may load is said for the site, and not for something outside. */
export function ownHostHeaders(route: GatewayRoute, host: string): Directive[] {
  const ofHost = (route.routes ?? []).filter(({ hosts }) => hosts?.includes(host));
  return answerHeaders(route, ofHost.every(isForeign) ? { policy: usualPolicy } : {});
}

/** Whether a route is for a host of its own, and no part of this site. */
function isForeign({ hosts, to }: ToldRoute): boolean {
  return hosts !== undefined && to !== undefined;
}

/** Variables of the routes: the address without the path, and `Cache-Control`. */
export function routeMaps(route: GatewayRoute): Directive[] {
  const legs = legsOf(route);
  const rests = legs
    .filter(({ route: { strips }, path }) => strips === true && path !== "/")
    .map(({ id, path }) =>
      block(
        `map $request_uri $rest_${id}`,
        'default "";',
        `"~^${escaped(path)}(?<path_${id}>/.*)$" $path_${id};`,
        `"~^${escaped(path)}(?<query_${id}>(?:\\?.*)?)$" /$query_${id};`,
      ),
    );
  const caches = (route.routes ?? []).flatMap(({ cacheControl }, at) =>
    cacheControl === undefined
      ? []
      : [
          block(
            `map "$guard:$status" $route_cache_${at}`,
            "default $backend_cache;",
            `"~^public:(?:2|304)" "${cacheControl}";`,
          ),
        ],
  );
  const hasForeign = (route.routes ?? []).some(isForeign);
  return [...rests, ...caches, ...(hasForeign ? [usualPolicyMap()] : [])];
}

/**
 * The locations of the routes.
 *
 * @param host a host name of routes' own. Default: the platform's
 */
export function routeLocations(gateway: GatewayRoute, host?: string): Directive[] {
  const legs = legsOf(gateway).filter(({ route: { hosts } }) =>
    host === undefined ? hosts === undefined : hosts?.includes(host),
  );
  const hasRoot = legs.some(({ path }) => path === "/");
  return [
    ...legs.flatMap((leg) => locationsOf(gateway, leg)),
    ...(host === undefined || hasRoot ? [] : [block("location /", "return 404;")]),
  ];
}

function locationsOf(gateway: GatewayRoute, leg: Leg): Directive[] {
  const { path, route, id } = leg;
  const hidden = route.to === undefined ? hiddenBelow(gateway, path) : [];
  const answers = answered(gateway, leg);
  return [
    ...(path === "/"
      ? [block("location /", ...hidden, ...answers)]
      : [block(`location = ${path}`, ...answers), block(`location ^~ ${path}/`, ...hidden, ...answers)]),
    block(
      `location ${streamName(id)}`,
      ...beforeFirst(leg),
      ...passedOn(gateway, leg),
      ...streaming(gateway, leg),
    ),
    ...(route.to === undefined ? [] : [firstLocation(gateway, leg)]),
  ];
}

/** Refuses the requests of a release that has no backend. */
function ifBackend(gateway: GatewayRoute): Directive[] {
  return backendsMissing(gateway) === "none" ? [] : [block('if ($has_backend = "")', "return 404;")];
}

/** A request with an answer in some time. */
function answered(gateway: GatewayRoute, leg: Leg): Directive[] {
  const { route, id, at } = leg;
  const seconds = route.timeoutSeconds ?? gateway.times.proxy;
  return [
    `error_page 418 = ${streamName(id)};`,
    // nginx takes the first that is for a status.
    ...beforeFirst(leg),
    ...errorPages(gateway),
    ...(route.to === undefined ? ifBackend(gateway) : []),
    block("if ($streaming)", "return 418;"),
    ...counting(gateway, leg),
    ...passedOn(gateway, leg),
    ...(route.streams === true ? ["proxy_buffering off;", "proxy_request_buffering off;"] : []),
    `proxy_read_timeout ${seconds}s;`,
    `proxy_send_timeout ${seconds}s;`,
    ...requestHeaders({ ...headersOf(leg), connection: '""' }),
    ...(route.cacheControl === undefined
      ? []
      : answerHeaders(gateway, {
          cache: `$route_cache_${at}`,
          ...(isForeign(route) && { policy: usualPolicy }),
        })),
  ];
}

/** What counts how often a client asks, in place of what counts for the site's own paths. */
function counting(gateway: GatewayRoute, { path, route: { hosts, to } }: Leg): Directive[] {
  const isCounted = hosts === undefined && isBelow(path, backendOf(gateway).basePath);
  return to === undefined && !isCounted ? routeRates(gateway) : [];
}

/** Websockets and event streams, as with the backend. */
function streaming(gateway: GatewayRoute, leg: Leg): Directive[] {
  const { stream } = gateway.times;
  return [
    ...counting(gateway, leg),
    "proxy_buffering off;",
    "chunked_transfer_encoding off;",
    `proxy_read_timeout ${stream}s;`,
    `proxy_send_timeout ${stream}s;`,
    ...requestHeaders({ ...headersOf(leg), connection: "$connection_header" }),
    "proxy_set_header Upgrade $upgrade_header;",
  ];
}

/** Until a new address is known, after a reload or after a DNS server said that there is none, nothing is sent to anybody. */
function beforeFirst({ id, route }: Leg): Directive[] {
  if (route.to === undefined) return [];
  return [`error_page 502 = ${firstName(id)};`, "recursive_error_pages on;"];
}

/** Looks the name up for this one request, and waits for it. */
function firstLocation(gateway: GatewayRoute, leg: Leg): Directive {
  const { at, id, route } = leg;
  const { host = "", port = 0 } = route.to ?? {};
  return block(
    `location ${firstName(id)}`,
    ...errorPages(gateway),
    block(`if ($upstream_addr != "${upstreamName(route)}")`, "return 502;"),
    `set $first_${at} ${host}:${port};`,
    ...passedOn(gateway, leg, `$first_${at}`),
    ...streaming(gateway, leg),
  );
}

function passedOn(gateway: GatewayRoute, leg: Leg, target?: string): Directive[] {
  const { route, path, id, at } = leg;
  const { to, strips, maxBodyMegabytes } = route;
  const scheme = to?.scheme ?? "http";
  const host = target ?? (to === undefined ? "$backend" : upstreamName(route));
  const isStripped = strips === true && path !== "/";
  const address = `${to?.path ?? ""}${isStripped ? `$rest_${id}` : "$request_uri"}`;
  return [
    // Written in another way, as with an escape in the path itself: the rest can't be told from it.
    ...(isStripped ? [block(`if ($rest_${id} = "")`, "return 404;")] : []),
    ...(maxBodyMegabytes === undefined ? [] : [`client_max_body_size ${maxBodyMegabytes}m;`]),
    // nginx passes the client's own text on if no address is given.
    `proxy_pass ${scheme}://${host}${address === "$request_uri" ? "" : address};`,
    ...authorizationHeader(gateway),
    ...(to === undefined ? [] : outside(gateway, at, to, isStripped ? path : "")),
  ];
}

function headersOf({ path, route: { strips, to } }: Leg): {
  host?: string | undefined;
  prefix?: string | undefined;
} {
  const { host, port = 0, scheme, keepsHost } = to ?? {};
  const isUsual = port === (scheme === "https" ? 443 : 80);
  return {
    host: host === undefined || keepsHost === true ? undefined : `${host}${isUsual ? "" : `:${port}`}`,
    prefix: strips === true && path !== "/" ? path : undefined,
  };
}

function streamName(id: string): string {
  return `@stream_${id}`;
}

function firstName(id: string): string {
  return `@first_${id}`;
}
