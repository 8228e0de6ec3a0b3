import { createHash } from "node:crypto";
import { isWildcard } from "../settings/wildcard.ts";
import { block, renderDirectives, type Directive } from "./nginx/directives.ts";
import { accessMaps } from "./nginx/access.ts";
import { aloneMaps } from "./nginx/alone.ts";
import { strippedMaps } from "./nginx/backend.ts";
import { canaryMaps } from "./nginx/canary.ts";
import { guardMaps } from "./nginx/guard.ts";
import { cacheMaps, headerMaps } from "./nginx/headers.ts";
import { frontendMaps } from "./nginx/locations.ts";
import { boundsMaps, fewLocation, fullLocation } from "./nginx/bounds.ts";
import { accessLog } from "./nginx/log.ts";
import { lookMaps, lookServer } from "./nginx/look.ts";
import { health, internalServer, listens, nginxFile, publicSocket, type Listening } from "./nginx/process.ts";
import { maintenanceMaps } from "./nginx/maintenance.ts";
import { clientAddress } from "./nginx/proxies.ts";
import { activeBackend, canaryBackend, cookieMaps, proxyMaps } from "./nginx/proxy.ts";
import { errorPageMaps } from "./nginx/error-pages.ts";
import { rateMaps } from "./nginx/rates.ts";
import { publicServers } from "./nginx/public.ts";
import { checkRoute, type GatewayRoute } from "./nginx/route.ts";
import { routeUpstreams } from "./nginx/outside.ts";
import { routeMaps } from "./nginx/routes.ts";
import { servedCertificate, tlsDefaults } from "./nginx/tls.ts";
import { digestTold, withWildcard, type Told } from "./nginx/told.ts";
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
export { authorityFile } from "./nginx/outside.ts";
export type { RouteFacts } from "./nginx/told-routes.ts";
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
        ...aloneMaps(route),
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
        ...routeMaps(route),
        ...cookieMaps(route),
        ...tlsDefaults(route, listening),
        ...accessLog(route, listening),
        ...activeBackend(route),
        ...canaryBackend(route),
        ...routeUpstreams(route),
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
export function renderSample(told: Told = digestTold): GatewayFiles {
  return renderGateway({
    generation: "digest",
    ...told,
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
    generationDirectory: "/generation",
    guardToken: "0".repeat(32),
  });
}

/** A digest that changes if this renderer would write another configuration for the same route. */
export function rendererDigest({ aliases, alone }: Pick<Told, "aliases" | "alone"> = {}): string {
  // A part of the digest of those alone who have one: the others' gateways need not hear of it.
  const hasWildcard = aliases?.names.some(isWildcard) === true;
  const told = hasWildcard ? withWildcard : digestTold;
  const files = renderSample({ ...told, ...(alone && { alone }) });
  return createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 8);
}
