import type * as pulumi from "@pulumi/pulumi";
import { monitoringFacts, type MonitoringFacts } from "../settings/services.ts";
import { valueAt } from "../settings/shape.ts";
import { gateCommand } from "../workload/gate.ts";
import type { Running, VolumeHandle } from "../workload/handles.ts";
import { serviceName } from "../workload/names.ts";
import { runOnDocker } from "../workload/on-docker/container.ts";
import { Files, type FilesArgs } from "../workload/on-docker/files.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import { dataVolume } from "../workload/on-docker/volume.ts";
import type { Mount, PublishedPort, Workload } from "../workload/workload.ts";
import { nobody, type MonitoringService, type ServiceContext, type ServiceFiles } from "./service.ts";
import { dataVolumeLabel } from "../workload/labels.ts";

const upWithinSeconds = 60;
const meanwhile = "All that serves was brought up to date before, and serves.";

/** Creates a monitoring service: image, data, files, container, and the gate that waits for it. */
export function runService(
  name: string,
  service: MonitoringService,
  context: ServiceContext,
  network: pulumi.Input<string>,
  parent: pulumi.Resource,
): Running {
  const { platform } = context;
  const { settings } = platform;
  const facts: MonitoringFacts = monitoringFacts[service.key];
  const image = engineImage(`${name}-image`, platform, settings.images[service.key], { parent });
  const data =
    facts.data === undefined || service.dataTarget === undefined
      ? undefined
      : {
          volume: dataVolume(
            `${name}-data`,
            platform,
            { role: facts.data.role, setting: valueAt(settings, facts.data.path) as string | undefined },
            parent,
          ),
          target: service.dataTarget,
        };
  const files = service.files?.(context);
  const volume =
    files &&
    new Files(
      `${name}-${files.logicalName}`,
      { platform, image, uid: service.uid ?? nobody, ...files, ...readerOf(service, platform.prefix, files) },
      { parent },
    );
  const container = runOnDocker(
    name,
    platform,
    workloadOf(service, context, {
      data,
      files: files && volume?.mount(files.target),
    }),
    { image, network, volumes: [data?.volume, volume].filter((one) => one !== undefined) },
    { parent },
  );
  gateCommand(
    `${name}-gate`,
    platform,
    {
      subject: service.called,
      container,
      timeoutSeconds: upWithinSeconds,
      meanwhile,
      asks: "container",
    },
    { parent },
  );
  return container;
}

/** The volumes that this file creates for a service. */
interface Made {
  data: { volume: VolumeHandle; target: string } | undefined;
  files: Mount | undefined;
}

function workloadOf(service: MonitoringService, context: ServiceContext, { data, files }: Made): Workload {
  const { prefix, settings } = context.platform;
  const facts: MonitoringFacts = monitoringFacts[service.key];
  const own = service.workload(context);
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
      ...(data && { [dataVolumeLabel]: data.volume.name }),
    },
    mounts: [
      ...(own.mounts ?? []),
      ...(files === undefined ? [] : [files]),
      ...(data === undefined
        ? []
        : [
            {
              kind: "volume" as const,
              source: data.volume.name,
              target: data.target,
              readOnly: false,
            },
          ]),
    ],
    ...(ports.length > 0 && { ports }),
  };
}

function readerOf(
  { key, onChange }: MonitoringService,
  prefix: string,
  { target, digest }: ServiceFiles,
): Pick<FilesArgs, "reader"> {
  if (onChange === undefined) return {};
  const container = serviceName(prefix, monitoringFacts[key].role);
  return { reader: { container, directory: target, onChange, ...(digest !== undefined && { digest }) } };
}

function portsOf(
  { publishedPort }: MonitoringService,
  { published = [] }: MonitoringFacts,
  settings: ServiceContext["platform"]["settings"],
): PublishedPort[] {
  if (publishedPort === undefined) return [];
  return published.map(({ port, address }) => ({
    internal: publishedPort,
    external: valueAt(settings, port) as number,
    address: valueAt(settings, address) as string,
  }));
}
