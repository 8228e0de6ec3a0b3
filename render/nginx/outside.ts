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
  return routes.flatMap(({ to }, at) => {
    if (to === undefined) return [];
    return [
      block(
        `upstream ${upstreamName(at)}`,
        `zone ${upstreamName(at)} 128k;`,
        // A failure would count and set it aside for 10 s.
        `server ${to.host}:${to.port} resolve max_fails=0;`,
        "keepalive 16;",
        "keepalive_timeout 4s;",
      ),
    ];
  });
}

/** Name of the upstream of a route that leads outside. */
export function upstreamName(position: number): string {
  return `route_${position}`;
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
  const { host, port, scheme, keepsHost, authority } = to;
  const own = `(?:https?://${escaped(host)}(?::${port})?)?`;
  return [
    "proxy_connect_timeout 5s;",
    "proxy_next_upstream_tries 2;",
    "proxy_next_upstream_timeout 10s;",
    // Its own address is no address for clients.
    `proxy_redirect "~*^${own}${escaped(to.path)}(/(?!/).*)$" ${before}$1;`,
    ...(keepsHost === true ? [] : [`proxy_cookie_domain ${host} $host;`]),
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
