import type { Health, Limits } from "../settings/index.ts";

/** A mount of a named volume, or of a host path. */
export type Mount =
  | { kind: "volume"; source: string; target: string; readOnly: boolean }
  | { kind: "bind"; source: string; target: string; readOnly: true };

/** A directory in memory, emptied at each start. */
export interface MemoryDirectory {
  megabytes: number;
  /** Permission bits as mount(8) takes them. Default: 1777, as of `/tmp`. */
  mode?: string;
  /** Number of the user and group that own it. Default: root. */
  owner?: number;
  /** Programs and libraries may run from there. Default: no. */
  executable?: boolean;
}

/** A port of the container that the engine publishes on its host. */
export interface PublishedPort {
  internal: number;
  external: number;
  /** The host's address that it binds to. */
  address: string;
}

/**
 * Health check timing of services that are up at once and cost nothing to check. A release's and MySQL's are settings.
 */
export const serviceHealth: Health = {
  intervalSeconds: 10,
  timeoutSeconds: 5,
  retries: 5,
  startPeriodSeconds: 20,
};

/** Far more than a service needs that isn't a thread for each request: some 20 for Prometheus, 10 for nginx. */
export const usualProcesses = 512;

/** How to try a workload that can't overlap its predecessor, while the predecessor still runs. */
export interface Trial {
  /**
   * What shows that it works: its program ends well, it passes its health check, or it still runs after a moment. The
   * trial has no network, and empty memory instead of its data.
   */
  passes: "ends" | "healthy" | "runs";
  /** The program to run instead of its own, if its own would need the data. Default: its own. */
  instead?: string[];
  /** A command for the running container. The trial gets its output as `WEBNET_RUNNING`. Default: none. */
  asks?: string[];
}

/**
 * One service as its author describes it, whatever runs it. It holds only what differs between services; `spec.ts` adds
 * what they share. The image and the mounted volumes come with the update that makes it.
 */
export interface Workload {
  /** Container name, and a DNS name on the network. */
  name: string;
  /**
   * Further DNS names. They have the stack's prefix, except MySQL's `mysql` on a network of our own. None if it joins
   * another's network.
   */
  aliases: string[];
  /** Name of the container whose network it joins, instead of having an address of its own. Default: the platform's network. */
  joins?: string;
  /** Kernel settings of its network. Containers that join it share them. */
  sysctls?: Record<string, string>;
  /** What it is for: the label `webnet.role`. */
  role: string;
  labels?: Record<string, string>;
  /** Numeric user: it doesn't depend on the image's passwd file. */
  user: string;
  entrypoint?: string[];
  command?: string[];
  /** Never secrets: those come as files. */
  environment?: Record<string, string>;
  mounts: Mount[];
  /** Writable directories in memory, by their paths. */
  memory?: Record<string, MemoryDirectory>;
  ports?: PublishedPort[];
  /** Command for the health check (exec form), and its timing. */
  health: { command: string[]; timing: Health };
  limits: Limits;
  /** Processes and threads that it may have at the same time. Default: {@link usualProcesses} */
  processes?: number;
  /** The signal that asks it to end, and the seconds that it has before the engine kills it. */
  stop: { signal: string; graceSeconds: number };
  /** Default: none, because it overlaps its predecessor. */
  trial?: Trial;
  /**
   * What clients miss while the update makes it anew, and for how long, as a sentence for a preview. Default: nothing.
   */
  gap?: string;
  /** Whether it sees the host's processes, for the host's own metrics. Default: no. */
  hostProcesses?: boolean;
}
