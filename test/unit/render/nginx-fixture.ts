import assert from "node:assert/strict";
import { renderGateway, type GatewayRoute, type RouteFacts } from "../../../render/nginx.ts";
import { usualTraffic } from "../../../render/nginx/told-traffic.ts";
import { all, inside, parseNginx, type Parsed } from "./nginx-parser.ts";

/** The token in {@link route}. */
export const token = "Secret0".repeat(6);

/** What a platform knows for its routes. */
export const routeFacts: RouteFacts = {
  prometheus: { host: "webnet-prod-prometheus", port: 9090 },
  authorityText: (file) => `-----BEGIN CERTIFICATE-----\n${file}\n-----END CERTIFICATE-----\n`,
};

/** A route as deploys make it. */
export const route: GatewayRoute = {
  ...usualTraffic,
  generation: "g7",
  serverName: "localhost",
  listenPort: 80,
  tlsPort: 443,
  certificateDirectory: "/certificates/current",
  active: { release: "blue-1a2b3c4d", color: "blue" },
  backendHostPrefix: "webnet-local-backend-",
  keptReleases: ["green-00000001", "blue-00000002"],
  newestFrontend: "/config/newest/frontend",
  namesDirectory: "/config/names",
  maintenanceFile: "/config/maintenance",
  usersDirectory: "/config/current",
  generationDirectory: "/config/generations/g7",
  guardToken: token,
  drainSeconds: 60,
  backendStopSeconds: 45,
  clientMaxBodyMegabytes: 10,
  bounds: {
    requests: 928,
    requestsPerClient: 100,
    uploads: 102,
    uploadsPerClient: 51,
    answerKilobytes: 1129,
  },
  resolver: "127.0.0.11",
};

/** The parsed configuration, its http block and its public server. */
export function rendered(change: Partial<GatewayRoute> = {}): {
  root: Parsed[];
  http: Parsed[];
  site: Parsed[];
} {
  const root = parseNginx(renderGateway({ ...route, ...change })["nginx.conf"]);
  const http = inside(root, "http");
  return { root, http, site: server(http, "80") };
}

/** The server that listens on a port. */
export function server(http: readonly Parsed[], port: string): Parsed[] {
  const found = all(http, "server").find(({ body }) =>
    all(body, "listen").some(({ words }) => words[1] === port),
  );
  assert.ok(found, `no server listens on ${port}`);
  return found.body;
}

/** A location of a server. */
export function location(block: readonly Parsed[], ...head: string[]): Parsed[] {
  return inside(block, "location", ...head);
}

/** The values of a directive such as add_header, by its first argument. */
export function settings(block: readonly Parsed[], name: string): Record<string, string> {
  return Object.fromEntries(all(block, name).map(({ words }) => [words[1] ?? "", words.slice(2).join(" ")]));
}
