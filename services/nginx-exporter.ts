import { gatewayPorts } from "../gateway/layout.ts";
import { jobAt } from "../render/prometheus.ts";
import { gatewayHost } from "../workload/names.ts";
import { serviceHealth } from "../workload/workload.ts";
import type { MonitoringService } from "./service.ts";

const port = 9113;

/** Exports the gateway's metrics. */
export const nginxExporter: MonitoringService = {
  key: "nginxExporter",
  logicalName: "nginx",
  called: "nginx-exporter",
  jobs: ({ host }) => [jobAt("nginx", `${host}:${port}`)],
  workload: ({ platform }) => ({
    command: [
      `--nginx.scrape-uri=http://${gatewayHost(platform.prefix)}:${gatewayPorts.internal}/nginx_status`,
    ],
    // The upstream image holds only this program: nothing in it could request a URL.
    health: { command: ["/usr/bin/nginx-prometheus-exporter", "--version"], timing: serviceHealth },
  }),
};
