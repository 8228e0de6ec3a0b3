import { edgeWorkload } from "../gateway/edge.ts";
import { identifyGateway, nginxWorkload } from "../gateway/nginx.ts";
import { backendWorkload } from "../release/backend.ts";
import { deployedColors, identifyRelease } from "../release/identity.ts";
import { partOf } from "../release/parts.ts";
import { certbotWorkload } from "../services/certbot/certbot.ts";
import { monitoringServices } from "../services/monitoring.ts";
import { mysqlWorkload } from "../services/mysql.ts";
import { serviceWorkload } from "../services/workload.ts";
import type { Platform } from "../workload/platform.ts";
import type { Workload } from "../workload/workload.ts";

/** Versions of files are no part of what a container may do. */
const anyVersion = "";

/** Everything that an update would run, before anything is made. A container that is not here is refused when it is made. */
export function everyWorkload(platform: Platform): Workload[] {
  const { tls } = platform.settings.gateway;
  const { active, standby } = deployedColors(platform.settings);
  const releases = [active, standby].flatMap((color) => (color && identifyRelease(platform, color)) ?? []);
  return [
    edgeWorkload(platform),
    nginxWorkload(platform, identifyGateway(platform)),
    ...(tls?.certificate === "acme" ? [certbotWorkload(platform, tls.acme, anyVersion)] : []),
    mysqlWorkload(platform, anyVersion),
    ...releases.flatMap(({ color, id, parts }) => {
      const service = partOf(parts, "service");
      return service === undefined ? [] : [backendWorkload(platform, { color, id, tag: service.tag })];
    }),
    ...monitoringServices.map((service) => serviceWorkload(service, platform, {})),
  ];
}
