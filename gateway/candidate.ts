import { createHash } from "node:crypto";
import { authorityFile, renderGateway, toldSchema, type GatewayRoute } from "../render/nginx.ts";
import { colorOf } from "../settings/color.ts";
import type { Route } from "../contract/gateway.ts";
import {
  gatewayPorts,
  generationsDirectory,
  maintenanceFile,
  namesDirectory,
  newestFrontend,
  pointer,
  servedCertificate,
} from "./layout.ts";
import { servingReleases, type GenerationRecord } from "./record.ts";
import { userFiles } from "./users.ts";

/**
 * The record of the wanted generation. Its digest covers the rendered files, without the generation's name. If the live
 * generation has the same digest, both serve alike, and the route does not need to move.
 *
 * @param rejected releases that deploys took back. The gateway keeps their files too, but counts them separately, so
 *   that they displace no other release. Default: none
 */
export function candidateRecord(
  route: Route,
  wanted: { active: string; standby?: string | undefined; guardToken: string } & Passwords,
  live: GenerationRecord,
  rejected: ReadonlySet<string> = new Set(),
): GenerationRecord {
  const percent = route.canaryPercent;
  const chosen = {
    active: wanted.active,
    ...(wanted.standby !== undefined && percent > 0 && { canary: { release: wanted.standby, percent } }),
    ...(route.backend !== undefined && { backend: route.backend }),
    ...(route.alone !== undefined && { alone: route.alone }),
    guardToken: wanted.guardToken,
  };
  const serving = servingReleases(chosen);
  const superseded = [...new Set([...servingReleases(live), ...live.keptReleases])].filter(
    (release) => !serving.includes(release),
  );
  const keptReleases = [false, true].flatMap((isRejected) =>
    superseded.filter((release) => rejected.has(release) === isRejected).slice(0, route.keptReleases),
  );
  const record = {
    ...chosen,
    keptReleases,
    ...(route.replicas !== undefined && { replicas: route.replicas }),
  };
  const rendered = generationFiles(route, { ...record, generation: "digest", digest: "" }, wanted);
  const digest = createHash("sha256").update(JSON.stringify(rendered)).digest("hex").slice(0, 16);
  return { ...record, digest, generation: `${Date.now().toString(36)}-${wanted.active}` };
}

/** The passwords of the users that the route lets in. Default: none */
export interface Passwords {
  passwords?: Readonly<Record<string, string>> | undefined;
}

/** All files of a generation. */
export function generationFiles(
  route: Route,
  record: GenerationRecord,
  { passwords = {} }: Passwords,
): Record<string, string> {
  return {
    ...renderGateway(gatewayRoute(route, record)),
    ...userFiles(route, passwords, record.guardToken ?? ""),
    ...authorityFiles(route),
  };
}

function authorityFiles({ routes = [] }: Route): Record<string, string> {
  return Object.fromEntries(
    routes.flatMap(({ to }, at) => (to?.authority === undefined ? [] : [[authorityFile(at), to.authority]])),
  );
}

/** The renderer's input for a generation. */
export function gatewayRoute(route: Route, record: GenerationRecord): GatewayRoute {
  const release = record.active ?? "";
  return {
    ...toldSchema.parse(route),
    generation: record.generation,
    listenPort: gatewayPorts.public,
    tlsPort: gatewayPorts.tls,
    certificateDirectory: servedCertificate,
    active: { release, color: colorOf(release) },
    canary: record.canary,
    keptReleases: record.keptReleases,
    newestFrontend,
    namesDirectory,
    maintenanceFile,
    usersDirectory: pointer,
    generationDirectory: `${generationsDirectory}/${record.generation}`,
    guardToken: record.guardToken ?? "",
  };
}
