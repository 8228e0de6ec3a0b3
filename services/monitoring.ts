import { serviceName } from "../workload/names.ts";
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

/** The services with metrics for Prometheus, as `host:port` on the stack's network. */
export function scrapedServices(prefix: string): { job: string; address: string }[] {
  return monitoringServices.flatMap(({ key, scrape }) =>
    scrape === undefined
      ? []
      : [
          {
            job: scrape.job,
            address: `${serviceName(prefix, monitoringFacts[key].role)}:${scrape.port}`,
          },
        ],
  );
}

/** Names of the containers that are told when their files change. */
export function toldContainers(prefix: string): string[] {
  return monitoringServices
    .filter(({ onChange }) => onChange !== undefined)
    .map(({ key }) => serviceName(prefix, monitoringFacts[key].role));
}
