// Loads nothing of Pulumi: a release's id can be computed from this without the SDK.
import type { Health, Limits } from "../settings/index.ts";
import { digestOf } from "./digest.ts";
import type { Platform } from "./platform.ts";
import {
  usualProcesses,
  type MemoryDirectory,
  type Mount,
  type PublishedPort,
  type Workload,
} from "./workload.ts";
import { platformLabels } from "./labels.ts";

/** A workload, with everything that all workloads share: plain data that `on-docker/` makes resources of. */
export interface Spec {
  /** Runs until somebody stops it; the engine starts it again when it ends. */
  kind: "service";
  name: string;
  role: string;
  /** Its own labels, and those that mark everything of ours. */
  labels: Record<string, string>;
  user: string;
  /** Undefined: the image's. */
  entrypoint?: string[];
  command?: string[];
  environment: Record<string, string>;
  mounts: Mount[];
  /** Directories in memory, by their paths. */
  memory: Record<string, Required<MemoryDirectory>>;
  network: { joins: string } | { name: string; aliases: string[]; nameServers: readonly string[] };
  /** Kernel settings of its network. Undefined: the kernel's own. */
  sysctls?: Record<string, string>;
  ports: PublishedPort[];
  health: { command: string[]; timing: Health };
  limits: Limits;
  /** Processes and threads at the same time. A step after its start sets this, so it is no part of the digest. */
  processes: number;
  hardening: Hardening;
  logs: { megabytes: number; files: number };
  stop: { signal: string; graceSeconds: number };
}

/** What a container may not do. */
export interface Hardening {
  /** Its image's files can't be changed. */
  readOnlyRoot: true;
  droppedCapabilities: ["ALL"];
  /** Whether a program of it may get more rights than the one that starts it. */
  newPrivileges: false;
  /** Whether it sees the host's processes. */
  hostProcesses: boolean;
}

/** The whole description of a workload. */
export function specOf(platform: Platform, workload: Workload): Spec {
  const { name, role, user, entrypoint, command, mounts, sysctls, health, limits, stop } = workload;
  const { network } = platform.settings;
  return {
    kind: "service",
    name,
    role,
    labels: { ...platformLabels(platform, role), ...workload.labels },
    user,
    ...(entrypoint && { entrypoint }),
    ...(command && { command }),
    environment: workload.environment ?? {},
    mounts,
    memory: memoryOf(workload.memory ?? {}),
    network:
      workload.joins === undefined
        ? { name: network.name, aliases: workload.aliases, nameServers: network.dns }
        : { joins: workload.joins },
    ...(sysctls && { sysctls }),
    ports: workload.ports ?? [],
    health,
    limits,
    processes: workload.processes ?? usualProcesses,
    hardening: {
      readOnlyRoot: true,
      droppedCapabilities: ["ALL"],
      newPrivileges: false,
      hostProcesses: workload.hostProcesses ?? false,
    },
    logs: { megabytes: 10, files: 3 },
    stop,
  };
}

/**
 * A spec in eight hex digits, which change with everything that would make its container anew, except its image. They
 * cover the spec and not what the provider gets, so another way to make the same container changes no release. A field
 * that comes to the spec later must stay out of the digest while it has its default.
 */
export function specDigest(spec: Spec): string {
  const { labels, sysctls, ...rest } = spec;
  return digestOf({
    ...rest,
    // Only their names: a label may hold a release's id, which is computed from this digest.
    labels: Object.keys(labels).sort(),
    // Not their values, which follow from the host: a new kernel must not make anything anew.
    sysctls: sysctls !== undefined,
    // A container gets it after its start, so another number makes none anew.
    processes: undefined,
  });
}

/** Directories in memory, with the defaults of what they don't say. */
export function memoryOf(directories: Readonly<Record<string, MemoryDirectory>>): Spec["memory"] {
  return Object.fromEntries(
    Object.entries(directories).map(([path, { megabytes, mode, owner, executable }]) => [
      path,
      { megabytes, mode: mode ?? "1777", owner: owner ?? 0, executable: executable ?? false },
    ]),
  );
}
