import { backendPort } from "../render/nginx.ts";
import { renderPrometheus } from "../render/prometheus.ts";
import { colorNames } from "../settings/schema/application.ts";
import { digestOf } from "../workload/digest.ts";
import { backendAlias } from "../workload/names.ts";
import { serviceHealth } from "../workload/workload.ts";
import { probe, type MonitoringService, type ServiceContext } from "./service.ts";

/** Port of Prometheus on the stack's network. */
export const prometheusPort = 9090;
const configDirectory = "/etc/prometheus";
const configFile = "prometheus.yml";
const dataDirectory = "/prometheus";

/** Collects all metrics and keeps their history. */
export const prometheus: MonitoringService = {
  key: "prometheus",
  logicalName: "prometheus",
  called: "Prometheus",
  dataTarget: dataDirectory,
  publishedPort: prometheusPort,
  files: (context) => {
    const configuration = configurationOf(context);
    return {
      logicalName: "config",
      purpose: "prometheus",
      target: configDirectory,
      files: { [configFile]: configuration },
      version: digestOf(configuration),
    };
  },
  workload: ({ platform: { settings } }) => ({
    command: [
      `--config.file=${configDirectory}/${configFile}`,
      `--storage.tsdb.path=${dataDirectory}`,
      `--storage.tsdb.retention.time=${settings.monitoring.retentionDays}d`,
      `--storage.tsdb.retention.size=${settings.monitoring.retentionSizeGigabytes}GB`,
    ],
    memory: { "/tmp": { megabytes: 64 } },
    health: { command: probe(`http://127.0.0.1:${prometheusPort}/-/healthy`), timing: serviceHealth },
    // Prometheus writes to disk what it holds in memory.
    stop: { signal: "SIGTERM", graceSeconds: 60 },
  }),
};

function configurationOf({ platform, scraped }: ServiceContext): string {
  return renderPrometheus({
    scrapeIntervalSeconds: platform.settings.monitoring.scrapeIntervalSeconds,
    stack: platform.stack,
    backendHosts: Object.fromEntries(
      colorNames.map((color) => [backendAlias(platform.prefix, color), color]),
    ),
    backendPort,
    services: scraped,
  });
}
