import { servesEveryHost } from "../../settings/every-host.ts";
import { accessCheck } from "./access.ts";
import { boundsOf } from "./bounds.ts";
import { block, type Directive } from "./directives.ts";
import { leadingServers } from "./elsewhere.ts";
import { errorPageLocations, errorPages } from "./error-pages.ts";
import { guardCheck } from "./guard.ts";
import { answerHeaders } from "./headers.ts";
import { apiLocations, frontendLocations } from "./locations.ts";
import { lookLocations } from "./look.ts";
import { maintenanceCheck, maintenanceLocations } from "./maintenance.ts";
import { health, listens, publicSocket, type Listening } from "./process.ts";
import { protocolParameter } from "./proxies.ts";
import { proxyDefaults } from "./proxy.ts";
import { ratesOf } from "./rates.ts";
import { hostsOfRoutes, isAlwaysOpen, ownHostHeaders, routeLocations } from "./routes.ts";
import type { GatewayRoute } from "./route.ts";
import { unknownHandshakes } from "./tls.ts";

/** Everything that listens to the public. */
export function publicServers(route: GatewayRoute, listening: Listening): Directive[] {
  const everyHost = servesEveryHost(route.serverName);
  const server = publicServer(
    route,
    listening,
    { name: route.serverName, isDefault: everyHost, options: "reuseport" },
    [...routeLocations(route), ...apiLocations(route), ...frontendLocations(route)],
  );
  return [
    server,
    ...hostsOfRoutes(route).map((host) => hostServer(route, listening, host)),
    ...leadingServers(route, listening),
    ...(everyHost ? [] : unknownHosts(route, listening)),
  ];
}

function hostServer(route: GatewayRoute, listening: Listening, host: string): Directive {
  const locations = [
    // No rule is for the gateway's own addresses.
    block("location ^~ /.webnet/", "return 404;"),
    ...routeLocations(route, host),
  ];
  return publicServer(
    route,
    listening,
    { name: host, isDefault: false, options: "", headers: ownHostHeaders(route, host) },
    locations,
    isAlwaysOpen(route, host),
  );
}

interface Listener {
  name: string;
  isDefault: boolean;
  /** Of the port, which nginx accepts in one server only. */
  options: string;
  headers?: Directive[];
}

function publicServer(
  route: GatewayRoute,
  listening: Listening,
  { name, isDefault, options, headers = answerHeaders(route) }: Listener,
  locations: readonly Directive[],
  isOpen = false,
): Directive {
  const [port, scheme] = route.tls === undefined ? [route.listenPort, ""] : [route.tlsPort, "ssl"];
  return block(
    "server",
    // The socket is for this nginx's own container, and needs no TLS.
    ...listens(
      port,
      publicSocket,
      listening,
      isDefault ? "default_server" : "",
      [scheme, options, protocolParameter(route)].filter(Boolean).join(" "),
    ),
    `server_name ${name};`,
    `client_max_body_size ${route.clientMaxBodyMegabytes}m;`,
    ...boundsOf(route.bounds),
    ...ratesOf(route),
    ...guardCheck(route),
    ...(isOpen ? [] : maintenanceCheck(route)),
    ...accessCheck(route),
    ...errorPages(route),
    ...headers,
    ...proxyDefaults(route),
    health(),
    ...lookLocations(route),
    ...maintenanceLocations(route),
    ...errorPageLocations(route),
    ...locations,
  );
}

function unknownHosts(route: GatewayRoute, listening: Listening): Directive[] {
  const { listenPort, tls } = route;
  const server = block(
    "server",
    ...listens(listenPort, publicSocket, listening, "default_server", protocolParameter(route)),
    "server_name _;",
    health(),
    block("location /", "return 421;"),
  );
  return [server, ...(tls === undefined || listening === "quiet" ? [] : [unknownHandshakes(route)])];
}
