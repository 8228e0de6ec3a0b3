import { monitoringFacts, type MonitoringFacts } from "../settings/services.ts";
import { valueAt } from "../settings/shape.ts";
import { dataVolumeLabel } from "../workload/labels.ts";
import { serviceName } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import type { Mount, PublishedPort, Workload } from "../workload/workload.ts";
import { nobody, type MonitoringService } from "./service.ts";

/** The volumes of a service that an update makes. */
interface Made {
  /** Name of the volume with its data. Default: it has none */
  data?: string | undefined;
  /** Where its files are mounted. Default: it has none */
  files?: Mount | undefined;
}

/** Describes the container of a monitoring service. */
export function serviceWorkload(
  service: MonitoringService,
  platform: Platform,
  { data, files }: Made,
): Workload {
  const { prefix, settings } = platform;
  const facts: MonitoringFacts = monitoringFacts[service.key];
  const own = service.workload({ platform });
  const ports = portsOf(service, facts, settings);
  const { uid = nobody } = service;
  return {
    name: serviceName(prefix, facts.role),
    aliases: [],
    role: facts.role,
    user: `${uid}:${uid}`,
    limits: settings.monitoring.limits[service.key],
    stop: { signal: "SIGTERM", graceSeconds: 15 },
    trial: { passes: "healthy" },
    ...own,
    labels: {
      ...own.labels,
      ...(data !== undefined && { [dataVolumeLabel]: data }),
    },
    mounts: [
      ...(own.mounts ?? []),
      ...(files === undefined ? [] : [files]),
      ...(data === undefined || service.dataTarget === undefined
        ? []
        : [{ kind: "volume" as const, source: data, target: service.dataTarget, readOnly: false }]),
    ],
    ...(ports.length > 0 && { ports }),
  };
}

function portsOf(
  { publishedPort }: MonitoringService,
  { published = [] }: MonitoringFacts,
  settings: Platform["settings"],
): PublishedPort[] {
  if (publishedPort === undefined) return [];
  return published.map(({ port, address }) => ({
    internal: publishedPort,
    external: valueAt(settings, port) as number,
    address: valueAt(settings, address) as string,
  }));
}
