import { gatewayPorts } from "../gateway/layout.ts";
import { gatewayHost } from "../workload/names.ts";
import { serviceHealth } from "../workload/workload.ts";
import type { MonitoringService } from "./service.ts";

/** Exports the gateway's metrics. */
export const nginxExporter: MonitoringService = {
  key: "nginxExporter",
  logicalName: "nginx",
  called: "nginx-exporter",
  scrape: { job: "nginx", port: 9113 },
  workload: ({ platform }) => ({
    command: [
      `--nginx.scrape-uri=http://${gatewayHost(platform.prefix)}:${gatewayPorts.internal}/nginx_status`,
    ],
    // The upstream image holds only this program: nothing in it could request a URL.
    health: { command: ["/usr/bin/nginx-prometheus-exporter", "--version"], timing: serviceHealth },
  }),
};
