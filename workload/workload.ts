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
  /** Number of the user and group that it belongs to. Default: root. */
  owner?: number;
  /** Programs and libraries may be run from there. Default: not. */
  executable?: boolean;
}

/** A port of the container that the host answers on. */
export interface PublishedPort {
  internal: number;
  external: number;
  /** The host's address that it binds to. */
  address: string;
}

/** Timing for services that are up at once and cost nothing to ask; a release's and MySQL's are settings. */
export const serviceHealth: Health = {
  intervalSeconds: 10,
  timeoutSeconds: 5,
  retries: 5,
  startPeriodSeconds: 20,
};

/** How a workload that can't overlap its predecessor is tried before that one goes. */
export interface Trial {
  /**
   * What shows that it is fit: its program ends well, it passes its health check, or it still runs after a moment. It has
   * no network and, instead of its data, empty memory.
   */
  passes: "ends" | "healthy" | "runs";
  /** Run instead of its own program, where that would need its data. Default: what the workload runs. */
  instead?: string[];
  /** Asked of the one that runs, whose answer the trial gets as `WEBNET_RUNNING`. Default: nothing. */
  asks?: string[];
}

/**
 * One service as its author describes it: plain, and without saying what runs it. Only what differs stands here; what is
 * the same for all is added in `spec.ts`. Its image, and the volumes that it mounts, come with the update that makes it.
 */
export interface Workload {
  /** Container name, and a DNS name on the network. */
  name: string;
  /** Further DNS names, which begin with the stack's prefix as the name does. None where it joins another's network. */
  aliases: string[];
  /** Name of the container whose network it joins, instead of having an address of its own. Default: the platform's network. */
  joins?: string;
  /** Settings of the kernel for its network, which those who join it share. */
  sysctls?: Record<string, string>;
  /** What it is for: the label `webnet.role`. */
  role: string;
  labels?: Record<string, string>;
  /** Numeric user, so that it doesn't depend on the image's passwd file. */
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
  /** How it is asked to end, and how long it gets before it is killed. */
  stop: { signal: string; graceSeconds: number };
  /** Default: none, for what overlaps its predecessor. */
  trial?: Trial;
  /**
   * What nobody gets while it is made anew, and for how long, as a sentence for a preview. Default: nothing that anybody
   * would miss.
   */
  gap?: string;
  /** Sees the host's processes, for the host's own metrics. */
  hostProcesses?: boolean;
}
