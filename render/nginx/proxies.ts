import { block, type Directive } from "./directives.ts";
import type { GatewayRoute } from "./route.ts";

/** Files in which an nginx notes by which address its host's own programs come, where they are trusted. */
export const hostProxyFiles = "/tmp/host-proxy";

/** Takes the client's address from a trusted proxy. None if nobody is trusted. */
export function clientAddress({ proxies }: GatewayRoute): Directive[] {
  if (proxies === undefined) return [];
  const { addresses, host, protocol } = proxies;
  return [
    ...addresses.map((address) => `set_real_ip_from ${address};`),
    // The pattern finds no file where the edge stands in: it does not know the address.
    ...(host === true ? [`include ${hostProxyFiles}*.conf;`] : []),
    `real_ip_header ${protocol === true ? "proxy_protocol" : "X-Forwarded-For"};`,
    // Behind several proxies: the last address that is no trusted one's.
    "real_ip_recursive on;",
  ];
}

/** The parameter of every public port by which nginx reads the PROXY protocol. Empty without it. */
export function protocolParameter({ proxies }: GatewayRoute): string {
  return proxies?.protocol === true ? "proxy_protocol" : "";
}

/**
 * `$client_scheme` and `$client_port`, as the client sees them, and `$own_port`, which an address of http needs. A proxy is known by the client's address, which nginx
 * takes from trusted ones only, so that it differs from the connection's.
 */
export function clientMaps({ aliases, proxies, tls }: GatewayRoute): Directive[] {
  // A request from the gateway's own container, as of the smoke check, stands for one of a client.
  const ownScheme = (variable: string) =>
    block(
      `map $remote_addr ${variable}`,
      "default $scheme;",
      `"unix:" ${tls === undefined ? "http" : "https"};`,
    );
  const { httpPort = 80 } = aliases ?? {};
  const ownPort = httpPort === 80 ? '""' : `:${httpPort}`;
  // By the PROXY protocol the headers are the client's own.
  if (proxies === undefined || proxies.protocol === true)
    return [
      ownScheme("$client_scheme"),
      block("map $host $client_port", 'default "";'),
      block("map $host $own_port", `default ${ownPort};`),
    ];
  return [
    ownScheme("$own_scheme"),
    block(
      'map "$realip_remote_addr $remote_addr" $is_forwarded',
      "default yes;",
      String.raw`"~^(?<peer>\S+) \k<peer>$" "";`,
    ),
    block(
      'map "$is_forwarded:$http_x_forwarded_proto" $client_scheme',
      "default $own_scheme;",
      // Of several proxies, the first one knows.
      '"~^yes:(?<told_scheme>https?)(?: *,|$)" $told_scheme;',
    ),
    block(
      'map "$is_forwarded:$http_x_forwarded_port" $client_port',
      'default "";',
      '"~^yes:(?<told_port>[0-9]{1,5})(?: *,|$)" $told_port;',
    ),
    block("map $is_forwarded $own_port", `default ${ownPort};`, 'yes "";'),
  ];
}
