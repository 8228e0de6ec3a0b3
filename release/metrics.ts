import type { ScrapeJob } from "../render/prometheus.ts";
import { colorNames } from "../settings/schema/application.ts";
import { backendAlias } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";

/**
 * The job by which Prometheus scrapes the releases, each with the label `color`. Prometheus looks the names up as it
 * runs, so a switch or a tag change does not touch its configuration. While two releases of a colour run, they are two
 * targets. Undefined if the backend has no metrics.
 */
export function releasesJob({
  prefix,
  settings,
}: Pick<Platform, "prefix" | "settings">): ScrapeJob | undefined {
  const { kind, metricsPath, port } = settings.backend;
  if (metricsPath === undefined) return undefined;
  const hosts = colorNames.map((color) => ({ color, host: backendAlias(prefix, color) }));
  return {
    job_name: kind === "spring" ? "spring-backend-bluegreen" : "backend-bluegreen",
    metrics_path: metricsPath,
    dns_sd_configs: [
      {
        names: hosts.map(({ host }) => host),
        type: "A",
        port,
        refresh_interval: `${settings.monitoring.scrapeIntervalSeconds}s`,
      },
    ],
    relabel_configs: hosts.map(({ color, host }) => ({
      source_labels: ["__meta_dns_name"],
      regex: host,
      target_label: "color",
      replacement: color,
    })),
  };
}
