import { createHash } from "node:crypto";
import { servesEveryHost } from "../settings/every-host.ts";
import { block, renderDirectives, type Directive } from "./nginx/directives.ts";
import { accessCheck, accessMaps } from "./nginx/access.ts";
import { strippedMaps } from "./nginx/backend.ts";
import { canaryMaps } from "./nginx/canary.ts";
import { guardCheck, guardMaps } from "./nginx/guard.ts";
import { answerHeaders, cacheMaps, headerMaps } from "./nginx/headers.ts";
import { apiLocations, frontendLocations, frontendMaps } from "./nginx/locations.ts";
import { boundsMaps, boundsOf, fewLocation, fullLocation } from "./nginx/bounds.ts";
import { accessLog } from "./nginx/log.ts";
import { lookLocations, lookMaps, lookServer } from "./nginx/look.ts";
import { health, internalServer, listens, nginxFile, publicSocket, type Listening } from "./nginx/process.ts";
import { maintenanceCheck, maintenanceLocations, maintenanceMaps } from "./nginx/maintenance.ts";
import { clientAddress, protocolParameter } from "./nginx/proxies.ts";
import { activeBackend, canaryBackend, cookieMaps, proxyDefaults, proxyMaps } from "./nginx/proxy.ts";
import { errorPageLocations, errorPageMaps, errorPages } from "./nginx/error-pages.ts";
import { leadingServers } from "./nginx/elsewhere.ts";
import { rateMaps, ratesOf } from "./nginx/rates.ts";
import { checkRoute, type GatewayRoute } from "./nginx/route.ts";
import { servedCertificate, tlsDefaults, unknownHandshakes } from "./nginx/tls.ts";
import { digestTold } from "./nginx/told.ts";
import { usualTraffic } from "./nginx/told-traffic.ts";

export type { GatewayRoute } from "./nginx/route.ts";
export { acmeWebroot } from "./nginx/acme.ts";
export { fewPath, fullPath } from "./nginx/bounds.ts";
export { lookPath } from "./nginx/guard.ts";
export {
  alertsFile,
  internalPort,
  internalSocket,
  logFiles,
  pidFile,
  presencePort,
  publicSocket,
  workerProcesses,
  type Listening,
} from "./nginx/process.ts";
export { hostProxyFiles } from "./nginx/proxies.ts";
export { frontendMount } from "./nginx/route.ts";
export {
  certificateFiles,
  curvesFile,
  curvesWith,
  renderCertificateTest,
  renderCurvesTest,
  servedFile,
} from "./nginx/tls.ts";
export { toldOf, toldSchema } from "./nginx/told.ts";

/** The generation of a gateway without a route. */
export const bootstrapGeneration = "bootstrap";

/**
 * Files of one generation, by their path in the generation's directory. One is for an nginx that serves. One is for an
 * nginx that takes no connections from outside, because the update has not proved it yet or another has taken its
 * place. One is for the edge's nginx, which stands in if there is no other.
 */
export type GatewayFiles = Record<(typeof configFiles)[Listening], string>;

/** The file of a generation for each way to listen. */
export const configFiles = {
  public: "nginx.conf",
  quiet: "quiet.conf",
  standIn: "stand-in.conf",
} as const satisfies Record<Listening, string>;

/**
 * The gateway's configuration for a route. Needs nginx 1.27.4 or later.
 *
 * A request can name a release, by the headers `X-Webnet-Release` and `X-Webnet-Token` or by the cookie that
 * `/.webnet/look` gives. That release serves it, and the answer names the release. A release header with a wrong token
 * gets 403. With a `canary`, the standby serves its share of the other clients. If `serverName` is a real host name, a
 * request with another `Host` gets 421, also one from inside the gateway.
 *
 * @throws Error that lists what in the route is not allowed.
 */
export function renderGateway(route: GatewayRoute): GatewayFiles {
  checkRoute(route);
  return everyWay((listening) =>
    nginxFile({
      listening,
      drainSeconds: route.drainSeconds,
      backendStopSeconds: route.backendStopSeconds,
      traffic: route,
      http: [
        ...guardMaps(route),
        ...canaryMaps(route),
        ...lookMaps(route),
        ...headerMaps(route),
        ...cacheMaps(route),
        ...frontendMaps(route),
        ...boundsMaps(route),
        ...rateMaps(route),
        ...errorPageMaps(route),
        ...accessMaps(route),
        ...maintenanceMaps(route),
        ...clientAddress(route),
        ...proxyMaps(route),
        ...strippedMaps(route),
        ...cookieMaps(route),
        ...tlsDefaults(route, listening),
        ...accessLog(route, listening),
        ...activeBackend(route),
        ...canaryBackend(route),
        internalServer(route.generation, listening, [
          ...servedCertificate(route),
          fullLocation(route.bounds),
          fewLocation(route.bounds),
        ]),
        lookServer(),
        ...publicServers(route, listening),
      ],
    }),
  );
}

/** The configuration before the first route: healthy, and 503 for everything else. */
export function renderBootstrap({ listenPort }: Pick<GatewayRoute, "listenPort">): GatewayFiles {
  return everyWay((listening) => {
    const server = block(
      "server",
      ...listens(listenPort, publicSocket, listening, "default_server", "reuseport"),
      "server_name _;",
      health(),
      block("location /", "add_header Retry-After 5 always;", "return 503;"),
    );
    return nginxFile({
      listening,
      drainSeconds: 1,
      backendStopSeconds: 1,
      traffic: usualTraffic,
      http: ["access_log off;", internalServer(bootstrapGeneration, listening), server],
    });
  });
}

function everyWay(file: (listening: Listening) => Directive[]): GatewayFiles {
  return {
    "nginx.conf": renderDirectives(file("public")),
    "quiet.conf": renderDirectives(file("quiet")),
    "stand-in.conf": renderDirectives(file("standIn")),
  };
}

/** The configuration of a route that is always the same, with all that a configuration can hold. */
export function renderSample(): GatewayFiles {
  return renderGateway({
    generation: "digest",
    ...digestTold,
    listenPort: 80,
    tlsPort: 443,
    certificateDirectory: "/certificates",
    active: { release: "blue-00000000", color: "blue" },
    canary: { release: "green-00000000", percent: 1 },
    keptReleases: ["green-00000000"],
    newestFrontend: "/digest",
    namesDirectory: "/names",
    maintenanceFile: "/maintenance",
    usersDirectory: "/users",
    guardToken: "0".repeat(32),
  });
}

/** A digest that changes if this renderer would write another configuration for the same route. */
export function rendererDigest(): string {
  const files = renderSample();
  return createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 8);
}

function publicServers(route: GatewayRoute, listening: Listening): Directive[] {
  const everyHost = servesEveryHost(route.serverName);
  const [port, options] =
    route.tls === undefined ? [route.listenPort, "reuseport"] : [route.tlsPort, "ssl reuseport"];
  const server = block(
    "server",
    // The socket is for this nginx's own container, and needs no TLS.
    ...listens(
      port,
      publicSocket,
      listening,
      everyHost ? "default_server" : "",
      `${options} ${protocolParameter(route)}`.trim(),
    ),
    `server_name ${route.serverName};`,
    `client_max_body_size ${route.clientMaxBodyMegabytes}m;`,
    ...boundsOf(route.bounds),
    ...ratesOf(route),
    ...guardCheck(route),
    ...maintenanceCheck(route),
    ...accessCheck(route),
    ...errorPages(route),
    ...answerHeaders(route),
    ...proxyDefaults(route),
    health(),
    ...lookLocations(route),
    ...maintenanceLocations(route),
    ...errorPageLocations(route),
    ...apiLocations(route),
    ...frontendLocations(route),
  );
  return [server, ...leadingServers(route, listening), ...(everyHost ? [] : unknownHosts(route, listening))];
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
