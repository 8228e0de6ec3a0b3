import type * as pulumi from "@pulumi/pulumi";
import { monitoringFacts, type MonitoringFacts } from "../settings/services.ts";
import { valueAt } from "../settings/shape.ts";
import { gateCommand } from "../workload/gate.ts";
import type { Running } from "../workload/handles.ts";
import { serviceName } from "../workload/names.ts";
import { runOnDocker } from "../workload/on-docker/container.ts";
import { Files, type FilesArgs } from "../workload/on-docker/files.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import { dataVolume } from "../workload/on-docker/volume.ts";
import { nobody, type MonitoringService, type ServiceContext, type ServiceFiles } from "./service.ts";
import { serviceWorkload } from "./workload.ts";

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
    serviceWorkload(service, platform, {
      data: data?.volume.name,
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

function readerOf(
  { key, onChange }: MonitoringService,
  prefix: string,
  { target, digest }: ServiceFiles,
): Pick<FilesArgs, "reader"> {
  if (onChange === undefined) return {};
  const container = serviceName(prefix, monitoringFacts[key].role);
  return { reader: { container, directory: target, onChange, ...(digest !== undefined && { digest }) } };
}
