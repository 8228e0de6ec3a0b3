import type { Confinement } from "../../policy/confinement.ts";
import type { Spec } from "../spec.ts";
import { containerArguments, type ContainerArguments } from "./arguments.ts";

/** The arguments with known values: all of a spec's are. */
interface Known {
  user?: string;
  groupAdds?: string[];
  capabilities?: { adds?: string[]; drops?: string[] };
  privileged?: boolean;
  securityOpts?: string[];
  readOnly?: boolean;
  mounts?: { type: string; source?: string }[];
  volumes?: { hostPath?: string; fromContainer?: string }[];
  devices?: { hostPath: string }[];
  networkMode?: string;
  pidMode?: string;
  ipcMode?: string;
  usernsMode?: string;
  cgroupnsMode?: string;
  memory?: number;
  memorySwap?: number;
  cpus?: string;
  ports?: { ip?: string }[];
  logOpts?: Record<string, string>;
  healthcheck?: { tests: string[] };
}

/**
 * What Docker's provider is told of a workload's container, in words of no engine. It reads the arguments and not the
 * spec: they are what the engine gets.
 */
export function confinementOf(
  spec: Spec,
  args: ContainerArguments = containerArguments(spec, { image: "", network: "" }),
): Confinement {
  const known = args as Known;
  const { adds = [], drops = [] } = known.capabilities ?? {};
  const options = known.securityOpts ?? [];
  const modes = {
    pid: known.pidMode,
    network: known.networkMode,
    ipc: known.ipcMode,
    cgroup: known.cgroupnsMode,
  };
  const [tested = "NONE"] = known.healthcheck?.tests ?? [];
  return {
    name: spec.name,
    role: spec.role,
    user: known.user ?? "",
    groups: known.groupAdds ?? [],
    capabilities: { added: adds, dropsAll: drops.includes("ALL") },
    privileged: known.privileged === true,
    newPrivileges: !options.includes("no-new-privileges:true"),
    readOnlyRoot: known.readOnly === true,
    hostPaths: [
      ...(known.mounts ?? []).flatMap(({ type, source }) => (type === "bind" ? [source ?? ""] : [])),
      ...(known.volumes ?? []).flatMap(({ hostPath }) => hostPath ?? []),
    ],
    hostNamespaces: [
      ...Object.entries(modes).flatMap(([name, mode]) => (mode === "host" ? [name] : [])),
      ...(known.usernsMode === "host" ? ["users"] : []),
    ],
    devices: (known.devices ?? []).map(({ hostPath }) => hostPath),
    filtersOff: options.filter((option) => /unconfined|label[=:]disable|systempaths/.test(option)),
    limits: {
      memoryMegabytes: known.memory ?? 0,
      swapMegabytes: known.memorySwap ?? 0,
      cpus: Number(known.cpus ?? 0),
      processes: spec.processes,
    },
    addresses: (known.ports ?? []).map(({ ip }) => ip ?? "0.0.0.0"),
    logMegabytes: megabytesOf(known.logOpts),
    healthChecked: tested !== "NONE",
  };
}

/** The size of a log's files. A single file counts as none: it goes on for ever only with a size. */
function megabytesOf(options: Known["logOpts"]): number {
  const [, megabytes = "0"] = /^(\d+)m$/.exec(options?.["max-size"] ?? "") ?? [];
  return Number(megabytes) * Number(options?.["max-file"] ?? 1);
}
