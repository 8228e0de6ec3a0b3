import type { ScrapeJob } from "../render/prometheus.ts";
import { serviceName } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { monitoringFacts } from "../settings/services.ts";
import { mysqldExporter } from "./mysqld-exporter.ts";
import { nginxExporter } from "./nginx-exporter.ts";
import { nodeExporter } from "./node-exporter.ts";
import { prometheus } from "./prometheus.ts";
import type { MonitoringService } from "./service.ts";

/** The services of the monitoring. A new one needs a line here, a file beside this one, and its settings. */
export const monitoringServices: readonly MonitoringService[] = [
  nodeExporter,
  nginxExporter,
  mysqldExporter,
  prometheus,
];

/** The jobs by which Prometheus scrapes these services. */
export function jobsOfServices(platform: Platform): ScrapeJob[] {
  return monitoringServices.flatMap(
    ({ key, jobs }) =>
      jobs?.({ platform, host: serviceName(platform.prefix, monitoringFacts[key].role) }) ?? [],
  );
}

/** Names of the containers that are told when their files change. */
export function toldContainers(prefix: string): string[] {
  return monitoringServices
    .filter(({ onChange }) => onChange !== undefined)
    .map(({ key }) => serviceName(prefix, monitoringFacts[key].role));
}
