import { createHash } from "node:crypto";
import { renderGateway, type GatewayRoute } from "../../render/nginx.ts";
import type { Route } from "../route-input.ts";
import { gatewayPorts, newestFrontend } from "./layout.ts";
import type { GenerationRecord } from "./record.ts";

/**
 * The generation that is wanted, beside the one that is live. Its digest covers what would be rendered, less the
 * generation's own name: two with the same digest serve alike, and there is nothing to move.
 */
export function candidateRecord(
  route: Route,
  wanted: { active: string; guardToken: string },
  live: GenerationRecord,
): GenerationRecord {
  const earlier = [live.active, ...live.keptReleases].filter((release) => release !== undefined);
  const keptReleases = [...new Set(earlier)]
    .filter((release) => release !== wanted.active)
    .slice(0, route.keptReleases);
  const record = {
    active: wanted.active,
    keptReleases,
    guardToken: wanted.guardToken,
  };
  const rendered = renderGateway(gatewayRoute(route, { ...record, generation: "digest", digest: "" }));
  const digest = createHash("sha256").update(JSON.stringify(rendered)).digest("hex").slice(0, 16);
  return { ...record, digest, generation: `${Date.now().toString(36)}-${wanted.active}` };
}

/** What the renderer is told of a generation. */
export function gatewayRoute(route: Route, record: GenerationRecord): GatewayRoute {
  const release = record.active ?? "";
  return {
    generation: record.generation,
    serverName: route.serverName,
    listenPort: gatewayPorts.public,
    active: { release, color: release.startsWith("blue-") ? "blue" : "green" },
    backendHostPrefix: route.backendHostPrefix,
    keptReleases: record.keptReleases,
    newestFrontend,
    guardToken: record.guardToken ?? "",
    drainSeconds: route.drainSeconds,
    backendStopSeconds: route.backendStopSeconds,
    clientMaxBodyMegabytes: route.clientMaxBodyMegabytes,
    resolver: route.resolver,
  };
}
