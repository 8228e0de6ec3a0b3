import type { RelabelRule, ScrapeJob } from "../render/prometheus.ts";
import { colorNames } from "../settings/schema/application.ts";
import { hasPart } from "../settings/alone.ts";
import { backendAlias } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { pathsOf } from "./paths.ts";

/**
 * The job by which Prometheus scrapes the releases, each with the label `color`. Prometheus looks the names up as it
 * runs, so a switch or a tag change does not touch its configuration. While two releases of a colour run, they are two
 * targets. Undefined if the backend has no metrics.
 */
export function releasesJob({
  prefix,
  settings,
}: Pick<Platform, "prefix" | "settings">): ScrapeJob | undefined {
  const { kind, port } = settings.backend;
  const hosts = colorNames.flatMap((color) => {
    const path = pathsOf(settings, color).metricsPath;
    if (path === undefined || !hasPart(settings, color, "backend")) return [];
    return [{ color, host: backendAlias(prefix, color), path }];
  });
  const [first] = hosts;
  if (first === undefined) return undefined;
  const metricsPath = first.path;
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
    relabel_configs: hosts.flatMap(({ color, host, path }) => [
      labelled(host, "color", color),
      ...(path === metricsPath ? [] : [labelled(host, "__metrics_path__", path)]),
    ]),
  };
}

function labelled(host: string, label: string, value: string): RelabelRule {
  return { source_labels: ["__meta_dns_name"], regex: host, target_label: label, replacement: value };
}
