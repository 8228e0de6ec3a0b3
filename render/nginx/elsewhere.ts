import { servesEveryHost } from "../../settings/every-host.ts";
import { underWhich } from "../../settings/wildcard.ts";
import { challengeLocation } from "./acme.ts";
import { block, type Directive } from "./directives.ts";
import { transportHeader } from "./headers.ts";
import { protocolParameter } from "./proxies.ts";
import { health, listenLine, type Listening } from "./process.ts";
import { hostsOfRoutes } from "./routes.ts";
import type { GatewayRoute } from "./route.ts";

/**
 * The servers that only lead clients to the same address elsewhere: from http to https, and from other names to the public
 * one. They answer for the health too.
 */
export function leadingServers(route: GatewayRoute, listening: Listening): Directive[] {
  const { aliases, listenPort, serverName, tls, tlsPort } = route;
  if (listening === "quiet") return [];
  const names = (aliases?.names ?? []).map(asServerName);
  const ownHosts = hostsOfRoutes(route);
  const protocol = protocolParameter(route);
  const standard = servesEveryHost(serverName) ? "default_server" : "";
  const [byHttp, fromNames] =
    tls === undefined
      ? [[], listenLine(listenPort, protocol)]
      : [
          [
            leading(
              route,
              listenLine(listenPort, standard, "reuseport", protocol),
              [serverName, ...names],
              challengeLocation(route),
            ),
            ...(ownHosts.length === 0
              ? []
              : [
                  leading(
                    route,
                    listenLine(listenPort, protocol),
                    ownHosts,
                    challengeLocation(route),
                    [],
                    "$host",
                  ),
                ]),
          ],
          listenLine(tlsPort, "ssl", protocol),
        ];
  return [
    ...byHttp,
    ...(names.length === 0 ? [] : [leading(route, fromNames, names, [], transportHeader(route))]),
  ];
}

/**
 * A name as nginx takes it. Its own wildcards stand for names of any depth, for most of which no certificate is. A pattern
 * comes after all plain names, so that those win.
 */
function asServerName(name: string): string {
  const above = underWhich(name);
  return above === undefined ? name : String.raw`~^[^.]+\.${above.replaceAll(".", String.raw`\.`)}$`;
}

function leading(
  route: GatewayRoute,
  listen: string,
  names: readonly string[],
  locations: readonly Directive[],
  headers: readonly Directive[] = [],
  host?: string,
): Directive {
  return block(
    "server",
    listen,
    `server_name ${names.join(" ")};`,
    ...headers,
    health(),
    ...locations,
    // 308 keeps the method and the body.
    block("location /", `return 308 ${publicAddress(route, host)}$request_uri;`),
  );
}

function publicAddress({ aliases, proxies, serverName, tls }: GatewayRoute, ownHost?: string): string {
  const host = ownHost ?? (servesEveryHost(serverName) ? "$host" : serverName);
  if (tls === undefined && proxies !== undefined) return `$client_scheme://${host}$own_port`;
  const [scheme, port, usual] =
    tls === undefined ? ["http", aliases?.httpPort ?? 80, 80] : ["https", tls.httpsPort, 443];
  return `${scheme}://${host}${port === usual ? "" : `:${port}`}`;
}
