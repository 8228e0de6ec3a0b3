import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { processors } from "../../settings/processors.ts";
import { trialScript } from "../../contract/trial.ts";
import { scriptCommand } from "../command.ts";
import { digestOf } from "../digest.ts";
import type { Platform } from "../platform.ts";
import type { Spec } from "../spec.ts";
import type { Trial } from "../workload.ts";
import { environmentList, logDriver, logOptions, memoryMounts, securityOptions } from "./arguments.ts";

type Body = Docker.ContainerCreateOptions;

const megabyte = 1024 * 1024;
const nanoCpus = 1e9;
const nanosecondsPerSecond = 1e9;
/** Room for what a program writes while it checks its configuration. */
const emptyDataMegabytes = 64;

/** What is tried, and how. */
export interface TrialArgs {
  trial: Trial;
  spec: Spec;
  /** As on the container itself. */
  labels: Record<string, string>;
  /** The engine's id of the image. Undefined if the container keeps its predecessor's. */
  image: pulumi.Input<string> | undefined;
}

/**
 * A step before a container that can't overlap its predecessor. While the predecessor runs, the engine makes and starts
 * a container of the same description, without what could do harm. The step runs when the description has changed, and
 * does nothing without a predecessor.
 */
export function trialCommand(
  logicalName: string,
  platform: Platform,
  { trial, spec, labels, image }: TrialArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return scriptCommand(
    logicalName,
    platform,
    trialScript,
    {
      container: spec.name,
      passes: trial.passes,
      runningAsked: trial.asks,
      // Covers configuration in files too: a label has its version.
      labels: digestOf(labels),
      body: pulumi.output(image).apply((known) => trialBody(spec, trial, known) as Record<string, unknown>),
    },
    options,
  );
}

/**
 * The request with which the engine makes a container as the provider does, without what a second one may not have: the
 * name, the ports, the network, and the data, which empty memory replaces. It has no restart policy, so the trial sees
 * when it ends.
 */
export function trialBody(spec: Spec, { instead }: Pick<Trial, "instead">, image?: string): Body {
  const { entrypoint, command, health, limits, hardening, stop } = spec;
  const [program, ...words] = instead ?? [];
  const memoryBytes = limits.memoryMegabytes * megabyte;
  return {
    ...(image !== undefined && { Image: image }),
    User: spec.user,
    ...(entrypoint && { Entrypoint: entrypoint }),
    ...(command && { Cmd: command }),
    Env: environmentList(spec),
    Healthcheck: {
      Test: ["CMD", ...health.command],
      Interval: health.timing.intervalSeconds * nanosecondsPerSecond,
      Timeout: health.timing.timeoutSeconds * nanosecondsPerSecond,
      Retries: health.timing.retries,
      StartPeriod: health.timing.startPeriodSeconds * nanosecondsPerSecond,
    },
    StopSignal: stop.signal,
    StopTimeout: stop.graceSeconds,
    ...(program !== undefined && { Entrypoint: [program], Cmd: words }),
    HostConfig: {
      NetworkMode: "none",
      ...mountsOf(spec),
      ...(!("joins" in spec.network) &&
        spec.network.nameServers.length > 0 && { Dns: [...spec.network.nameServers] }),
      ...(spec.sysctls && { Sysctls: spec.sysctls }),
      ...(hardening.hostProcesses && { PidMode: "host", UsernsMode: "host" }),
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      NanoCpus: Math.round(Number(processors(limits.cpus)) * nanoCpus),
      ReadonlyRootfs: hardening.readOnlyRoot,
      CapDrop: hardening.droppedCapabilities,
      SecurityOpt: securityOptions(spec),
      LogConfig: { Type: logDriver, Config: logOptions(spec) },
    },
  };
}

function mountsOf({ mounts, memory, user }: Spec): Docker.HostConfig {
  const isData = (mount: Spec["mounts"][number]) => mount.kind === "volume" && !mount.readOnly;
  const [uid = "0", gid = uid] = user.split(":");
  const empty = `rw,noexec,nosuid,nodev,size=${emptyDataMegabytes * megabyte},mode=0700,uid=${uid},gid=${gid}`;
  return {
    Mounts: mounts
      .filter((mount) => !isData(mount))
      .map(({ kind, source, target, readOnly }) => ({
        Type: kind,
        Source: source,
        Target: target,
        ReadOnly: readOnly,
      })),
    Tmpfs: {
      ...Object.fromEntries(mounts.filter(isData).map(({ target }) => [target, empty])),
      ...memoryMounts(memory),
    },
  };
}
