import { createHash } from "node:crypto";
import { renderGateway, toldSchema, type GatewayRoute } from "../render/nginx.ts";
import { colorOf } from "../settings/color.ts";
import type { Route } from "../contract/gateway.ts";
import { gatewayPorts, namesDirectory, newestFrontend } from "./layout.ts";
import { servingReleases, type GenerationRecord } from "./record.ts";

/**
 * The generation that is wanted, beside the one that is live. Its digest covers what would be rendered, less the
 * generation's own name: two with the same digest serve alike, and there is nothing to move.
 *
 * @param rejected releases that deploys took back. Their files are kept like others', and push no other out. Default: none
 */
export function candidateRecord(
  route: Route,
  wanted: { active: string; standby?: string | undefined; guardToken: string },
  live: GenerationRecord,
  rejected: ReadonlySet<string> = new Set(),
): GenerationRecord {
  const percent = route.canaryPercent;
  const chosen = {
    active: wanted.active,
    ...(wanted.standby !== undefined && percent > 0 && { canary: { release: wanted.standby, percent } }),
    guardToken: wanted.guardToken,
  };
  const serving = servingReleases(chosen);
  const superseded = [...new Set([...servingReleases(live), ...live.keptReleases])].filter(
    (release) => !serving.includes(release),
  );
  const keptReleases = [false, true].flatMap((isRejected) =>
    superseded.filter((release) => rejected.has(release) === isRejected).slice(0, route.keptReleases),
  );
  const record = { ...chosen, keptReleases };
  const rendered = renderGateway(gatewayRoute(route, { ...record, generation: "digest", digest: "" }));
  const digest = createHash("sha256").update(JSON.stringify(rendered)).digest("hex").slice(0, 16);
  return { ...record, digest, generation: `${Date.now().toString(36)}-${wanted.active}` };
}

/** What the renderer is told of a generation. */
export function gatewayRoute(route: Route, record: GenerationRecord): GatewayRoute {
  const release = record.active ?? "";
  return {
    ...toldSchema.parse(route),
    generation: record.generation,
    listenPort: gatewayPorts.public,
    active: { release, color: colorOf(release) },
    canary: record.canary,
    keptReleases: record.keptReleases,
    newestFrontend,
    namesDirectory,
    guardToken: record.guardToken ?? "",
  };
}
