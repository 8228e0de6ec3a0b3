import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { publishedAddresses } from "../settings/addresses.ts";
import { processors } from "../settings/processors.ts";
import { warnOfGap } from "./anew.ts";
import { digestOf } from "./digest.ts";
import { labelList, platformLabels, type Platform } from "./platform.ts";
import { trialCommand } from "./trial.ts";
import type { Mount, Workload } from "./workload.ts";

const megabyte = 1024 * 1024;

const descriptionLabel = "webnet.description";

/** Makes a workload's container: the one place that knows how every container of the platform is run. */
export function workloadContainer(
  logicalName: string,
  platform: Platform,
  workload: Workload,
  network: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): docker.Container {
  const args = containerArgs(platform, workload, network);
  // The provider overlooks some changes, of the health check or of a mount's options; a changed label it sees.
  const labels = {
    [descriptionLabel]: containerDigest(platform, workload),
    ...workloadLabels(platform, workload),
  };
  const { name, trial, gap } = workload;
  const keepsImage = options.ignoreChanges?.includes("image") === true;
  const { image, ...others } = args;
  const running = platform.running?.get(name);
  if (gap !== undefined && running !== undefined && pulumi.runtime.isDryRun()) {
    const volumes = workload.mounts.flatMap(({ kind, source }) => (kind === "volume" ? [source] : []));
    void warnOfGap(running, { name, ...(!keepsImage && { image }), labels, volumes }, gap);
  }
  const tried =
    trial === undefined
      ? []
      : [
          trialCommand(
            `${logicalName}-trial`,
            platform,
            { ...trial, name, labels },
            keepsImage ? others : args,
            { ...options },
          ),
        ];
  return new docker.Container(
    logicalName,
    { ...args, labels: labelList(labels) },
    pulumi.mergeOptions(options, { dependsOn: tried }),
  );
}

/** Whether a workload's container runs that is described otherwise, other than by its image: an update makes it anew. */
export function isMadeAnew(platform: Platform, workload: Workload): boolean {
  const running = platform.running?.get(workload.name);
  return running !== undefined && running.labels[descriptionLabel] !== containerDigest(platform, workload);
}

/**
 * Changes with everything that would replace the workload's container, other than its image: also with the way in which
 * this program runs containers.
 */
export function containerDigest(platform: Platform, workload: Workload): string {
  const mounts = workload.mounts.map((mount) => ({ ...mount, source: "" }));
  const args = containerArgs(
    platform,
    // The kernel's settings follow from the host, whose new kernel must not make anything anew.
    { ...workload, name: "", image: "", mounts, ...(workload.sysctls && { sysctls: {} }) },
    platform.settings.network.name,
  );
  return digestOf({ ...args, labels: Object.keys(workloadLabels(platform, workload)) });
}

function containerArgs(
  platform: Platform,
  workload: Workload,
  network: pulumi.Input<string>,
): Omit<docker.ContainerArgs, "labels"> {
  const { health, limits, stop } = workload;
  const { dns } = platform.settings.network;
  return {
    name: workload.name,
    image: workload.image,
    user: workload.user,
    ...(workload.entrypoint && { entrypoints: workload.entrypoint }),
    ...(workload.command && { command: workload.command }),
    envs: Object.entries(workload.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    mounts: workload.mounts.map(containerMount),
    ...(workload.tmpfs && { tmpfs: workload.tmpfs }),
    ...(workload.ports && {
      ports: workload.ports.flatMap(({ internal, external, address }) =>
        publishedAddresses(address).map((ip) => ({ internal, external, ip })),
      ),
    }),
    ...(workload.joins === undefined
      ? {
          networkMode: "bridge",
          networksAdvanced: [
            { name: network, ...(workload.aliases.length > 0 && { aliases: workload.aliases }) },
          ],
          ...(dns.length > 0 && { dns }),
        }
      : { networkMode: `container:${workload.joins}` }),
    ...(workload.sysctls && { sysctls: workload.sysctls }),
    // An engine that maps its users (`userns-remap`) refuses the first without the second; others overlook the second.
    ...(workload.hostProcesses === true && { pidMode: "host", usernsMode: "host" }),
    healthcheck: {
      tests: ["CMD", ...health.command],
      interval: `${health.timing.intervalSeconds}s`,
      timeout: `${health.timing.timeoutSeconds}s`,
      retries: health.timing.retries,
      startPeriod: `${health.timing.startPeriodSeconds}s`,
    },
    memory: limits.memoryMegabytes,
    // Equal to the memory limit: no swap. Left out, the provider reads back a value and shows a change at every run.
    memorySwap: limits.memoryMegabytes,
    cpus: processors(limits.cpus),
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    // The engine adds the second by itself where the host's processes are seen; written down, it is no change.
    securityOpts: ["no-new-privileges:true", ...(workload.hostProcesses === true ? ["label=disable"] : [])],
    // After the crash of an engine without live-restore, `unless-stopped` leaves everything down: the next engine stops
    // what it finds running, and then takes it for stopped by hand.
    restart: "always",
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    stopSignal: stop.signal,
    stopTimeout: stop.graceSeconds,
    // Without it the provider kills at once instead of stopping.
    destroyGraceSeconds: stop.graceSeconds,
    // Waiting is the gate's work: the provider's own wait shows no reason and marks the container broken.
    wait: false,
    mustRun: true,
  };
}

function workloadLabels(platform: Platform, workload: Workload): Record<string, string> {
  return { ...platformLabels(platform, workload.role), ...workload.labels };
}

function containerMount(mount: Mount): docker.types.input.ContainerMount {
  // No volume options: with any of them the released provider asks for an engine of version 26.
  return { type: mount.kind, source: mount.source, target: mount.target, readOnly: mount.readOnly };
}

/** Memory for a tmpfs mount from which nothing is run, in the option syntax of mount(8). */
export function tmpfs(sizeMegabytes: number, extra = "mode=1777"): string {
  return `rw,noexec,nosuid,nodev,size=${sizeMegabytes * megabyte},${extra}`;
}

/** The same for a program that loads code from there. */
export function executableTmpfs(sizeMegabytes: number): string {
  return `rw,exec,nosuid,nodev,size=${sizeMegabytes * megabyte},mode=1777`;
}
