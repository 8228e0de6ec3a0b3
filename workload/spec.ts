// Loads nothing of Pulumi: whoever wants to know a release's id computes it from this.
import type { Health, Limits } from "../settings/index.ts";
import { digestOf } from "./digest.ts";
import { platformLabels, type Platform } from "./platform.ts";
import type { MemoryDirectory, Mount, PublishedPort, Workload } from "./workload.ts";

/** A workload with all that is the same for every one said as well: plain data that a platform's file makes resources of. */
export interface Spec {
  /** Runs until it is stopped, and is started again when it ends. */
  kind: "service";
  name: string;
  role: string;
  /** Its own, and those by which all that is ours is told. */
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
  /** Settings of the kernel for its network. Undefined: the kernel's own. */
  sysctls?: Record<string, string>;
  ports: PublishedPort[];
  health: { command: string[]; timing: Health };
  limits: Limits;
  hardening: Hardening;
  logs: { megabytes: number; files: number };
  stop: { signal: string; graceSeconds: number };
}

/** What a container can't do. */
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
    memory: Object.fromEntries(
      Object.entries(workload.memory ?? {}).map(([path, { megabytes, mode, owner, executable }]) => [
        path,
        { megabytes, mode: mode ?? "1777", owner: owner ?? 0, executable: executable ?? false },
      ]),
    ),
    network:
      workload.joins === undefined
        ? { name: network.name, aliases: workload.aliases, nameServers: network.dns }
        : { joins: workload.joins },
    ...(sysctls && { sysctls }),
    ports: workload.ports ?? [],
    health,
    limits,
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
 * A spec in eight hex digits, which change with everything that would make its container anew, its image apart. They are
 * of the spec and not of what a platform makes of it, so that another way to make the same thing changes no release. A field
 * that comes to the spec later must be left out here while it has its default.
 */
export function specDigest(spec: Spec): string {
  const { labels, sysctls, ...rest } = spec;
  return digestOf({
    ...rest,
    // Those that differ from one update to the next are told by name: a release's is made of this.
    labels: Object.keys(labels).sort(),
    // Their values follow from the host, whose new kernel must not make anything anew.
    sysctls: sysctls !== undefined,
  });
}
