import { block, type Directive } from "./directives.ts";
import { escaped } from "./paths.ts";
import type { GatewayRoute } from "./route.ts";
import type { ToldRoute } from "./told-routes.ts";

/** The bundle of Debian and Alpine, which nginx's own images have. */
const trustedAuthorities = "/etc/ssl/certs/ca-certificates.crt";

/** A generation's file with the authority of a route, by the route's position. */
export function authorityFile(position: number): string {
  return `authority-${position}.pem`;
}

/** Something outside of the platform. nginx looks its name up at run time, and starts without it. */
export function routeUpstreams({ routes = [] }: GatewayRoute): Directive[] {
  return routes.flatMap((route) => {
    const { to } = route;
    if (to === undefined) return [];
    return [
      block(
        `upstream ${upstreamName(route)}`,
        `zone ${upstreamName(route)} 128k;`,
        // Of several addresses, one that doesn't answer is passed over for a while.
        `server ${to.host}:${to.port} resolve max_fails=1 fail_timeout=3s;`,
        "keepalive 16;",
        "keepalive_timeout 4s;",
      ),
    ];
  });
}

/** Name of the upstream of a route that leads outside. By it nginx knows the addresses again after a reload. */
export function upstreamName({ name }: Pick<ToldRoute, "name">): string {
  return `route_${name}`;
}

/**
 * How a request goes there and comes back.
 *
 * @param before the path that was taken off the request's address
 */
export function outside(
  gateway: GatewayRoute,
  at: number,
  to: NonNullable<ToldRoute["to"]>,
  before: string,
): Directive[] {
  const { host, scheme, authority } = to;
  return [
    "proxy_connect_timeout 5s;",
    "proxy_next_upstream_tries 2;",
    "proxy_next_upstream_timeout 10s;",
    // Orders to the gateway, such as for a page of this site that the client may not see.
    "proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset;",
    ...redirects(gateway, to, before),
    ...cookies(to, before),
    ...(scheme === "http"
      ? []
      : [
          "proxy_ssl_server_name on;",
          `proxy_ssl_name ${host};`,
          "proxy_ssl_verify on;",
          "proxy_ssl_verify_depth 4;",
          `proxy_ssl_trusted_certificate ${authority === undefined ? trustedAuthorities : `${gateway.generationDirectory}/${authorityFile(at)}`};`,
        ]),
  ];
}

/** Its own address is none for clients. One that was told of the prefix may have written it already. */
function redirects(
  { aliases, routes = [], serverName }: GatewayRoute,
  { host, keepsHost, path }: NonNullable<ToldRoute["to"]>,
  before: string,
): Directive[] {
  const clients = [serverName, ...(aliases?.names ?? []), ...routes.flatMap(({ hosts = [] }) => hosts)];
  const own = [host, ...(keepsHost === true ? clients.filter((name) => /^[\w.-]+$/.test(name)) : [])];
  const authority = `(?:https?:)?//(?:${own.map(escaped).join("|")})(?::[0-9]+)?`;
  const end = "(?=[/?#]|$)";
  const known = `"~*^(?:${authority})?(${escaped(before)}${end}.*)$" $1;`;
  return [
    ...(before === "" ? [] : [`proxy_redirect ${known}`]),
    // Two slashes at the start would name another host, as would a backslash to a browser.
    `proxy_redirect "~*^(?:${authority}|(?=/)(?!//))${escaped(path)}${end}[/\\x5c\\s]*(.*)$" ${before}/$1;`,
  ];
}

/** A cookie for its own address is one for the path and the host that the client knows. */
function cookies({ host, keepsHost, path }: NonNullable<ToldRoute["to"]>, before: string): Directive[] {
  const labels = host.split(".");
  const domains = labels.slice(0, -1).map((_, at) => labels.slice(at).join("."));
  const paths =
    path === "" && before === ""
      ? []
      : [
          `proxy_cookie_path "~^${escaped(path)}/?$" ${before === "" ? "/" : before};`,
          `proxy_cookie_path "~^${escaped(path)}(/.+)$" ${before}$1;`,
        ];
  return [
    ...paths,
    ...(keepsHost === true
      ? []
      : [
          `proxy_cookie_domain "~^\\.?(?:${[...new Set([host, ...domains])].map(escaped).join("|")})$" $host;`,
        ]),
  ];
}
