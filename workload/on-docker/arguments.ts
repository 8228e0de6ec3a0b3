import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { publishedAddresses } from "../../settings/addresses.ts";
import { processors } from "../../settings/processors.ts";
import type { Spec } from "../spec.ts";
import type { MemoryDirectory, Mount } from "../workload.ts";

const megabyte = 1024 * 1024;

/** What only an update knows of a container. */
export interface Bindings {
  /** The engine's id of its image. */
  image: pulumi.Input<string>;
  /** Name of its network, unless it joins another container's. */
  network: pulumi.Input<string>;
}

/** A container's arguments for Pulumi's Docker provider, less its labels. */
export type ContainerArguments = Omit<docker.ContainerArgs, "labels">;

/**
 * The provider's arguments for a spec. What they say of every container, and not by the spec, is in no release's id:
 * another value would replace the releases that serve, and MySQL, in place. Such a change needs a field of the spec.
 */
export function containerArguments(spec: Spec, { image, network }: Bindings): ContainerArguments {
  const { entrypoint, command, memory, ports, sysctls, health, limits, hardening, stop } = spec;
  return {
    name: spec.name,
    image,
    user: spec.user,
    ...(entrypoint && { entrypoints: entrypoint }),
    ...(command && { command }),
    envs: environmentList(spec),
    mounts: spec.mounts.map(containerMount),
    ...(Object.keys(memory).length > 0 && { tmpfs: memoryMounts(memory) }),
    ...(ports.length > 0 && {
      ports: ports.flatMap(({ internal, external, address }) =>
        publishedAddresses(address).map((ip) => ({ internal, external, ip })),
      ),
    }),
    ...("joins" in spec.network
      ? { networkMode: `container:${spec.network.joins}` }
      : {
          networkMode: "bridge",
          networksAdvanced: [
            { name: network, ...(spec.network.aliases.length > 0 && { aliases: spec.network.aliases }) },
          ],
          ...(spec.network.nameServers.length > 0 && { dns: [...spec.network.nameServers] }),
        }),
    ...(sysctls && { sysctls }),
    // An engine that maps its users (`userns-remap`) refuses `pidMode` without `usernsMode`. Others ignore
    // `usernsMode`.
    ...(hardening.hostProcesses && { pidMode: "host", usernsMode: "host" }),
    healthcheck: {
      tests: ["CMD", ...health.command],
      interval: duration(health.timing.intervalSeconds),
      timeout: duration(health.timing.timeoutSeconds),
      retries: health.timing.retries,
      startPeriod: duration(health.timing.startPeriodSeconds),
    },
    memory: limits.memoryMegabytes,
    // Equal to the memory limit: no swap. If it is left out, the provider reads back a value and shows a change at
    // every run.
    memorySwap: limits.memoryMegabytes,
    cpus: processors(limits.cpus),
    readOnly: hardening.readOnlyRoot,
    capabilities: { drops: hardening.droppedCapabilities },
    securityOpts: securityOptions(spec),
    // After the crash of an engine without live-restore, `unless-stopped` leaves everything down: the next engine stops
    // what it finds running, and then takes it for stopped by hand.
    restart: "always",
    logDriver,
    logOpts: logOptions(spec),
    stopSignal: stop.signal,
    stopTimeout: stop.graceSeconds,
    // Without it the provider kills at once instead of stopping.
    destroyGraceSeconds: stop.graceSeconds,
    // Waiting is the gate's work: the provider's own wait shows no reason and marks the container broken.
    wait: false,
    mustRun: true,
  };
}

/** The engine's own driver: `docker logs` reads it. */
export const logDriver = "json-file";

/** Limits of the log: size and number of its files. */
export function logOptions({ logs }: Spec): Record<string, string> {
  return { "max-size": `${logs.megabytes}m`, "max-file": String(logs.files) };
}

/** Environment variables as the engine takes them. */
export function environmentList({ environment }: Spec): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** The security options for the engine. */
export function securityOptions({ hardening }: Spec): string[] {
  // The engine adds `label=disable` by itself to a container that sees the host's processes. Named here, it shows no
  // change.
  return [
    `no-new-privileges:${String(!hardening.newPrivileges)}`,
    ...(hardening.hostProcesses ? ["label=disable"] : []),
  ];
}

/** Directories in memory, each with its options in the syntax of mount(8). */
export function memoryMounts(memory: Spec["memory"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(memory).map(([path, directory]) => [path, memoryOptions(directory)]),
  );
}

function memoryOptions({ megabytes, mode, owner, executable }: Required<MemoryDirectory>): string {
  const ofWhom = owner === 0 ? "" : `,uid=${owner},gid=${owner}`;
  const run = executable ? "exec" : "noexec";
  return `rw,${run},nosuid,nodev,size=${megabytes * megabyte},mode=${mode}${ofWhom}`;
}

function containerMount({ kind, source, target, readOnly }: Mount): docker.types.input.ContainerMount {
  // No volume options: with any of them the released provider needs an engine of version 26.
  return { type: kind, source, target, readOnly };
}

/** A time as the engine gives it back, such as `1m30s`: any other form would be a change after each refresh. */
export function duration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [hours > 0 ? `${hours}h` : "", hours + minutes > 0 ? `${minutes}m` : "", `${rest}s`];
  return parts.join("");
}
