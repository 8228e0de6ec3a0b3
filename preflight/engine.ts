import { readFile } from "node:fs/promises";
import type Docker from "dockerode";
import { z } from "zod";
import { publishedAddresses } from "../settings/addresses.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import { engineIsHere, isRootless } from "./host.ts";
import { publishedPorts } from "./ports.ts";

const lowestOpenPort = 1024;
/** From this version on an engine lists the bindings of a port in the order in which it got them. */
export const familiesVersion = 28;
const lowestPortFile = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

const infoSchema = z.object({
  /** False if the engine lacks it. A missing field counts as support. */
  MemoryLimit: z.boolean().optional(),
  SwapLimit: z.boolean().optional(),
  CpuCfsQuota: z.boolean().optional(),
  CgroupVersion: z.string().optional(),
  KernelVersion: z.string().optional(),
  ServerVersion: z.string().optional(),
  ID: z.string().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
});

type Info = z.output<typeof infoSchema>;

/**
 * Finds what the engine or its kernel lacks for our containers, which all have limits of memory, swap and processors.
 * Without these an engine refuses the new container when its predecessor is already gone, or it ignores the limit,
 * which then shows as a change at every update.
 */
export async function inspectEngine(
  docker: Docker,
  settings: Settings,
  stack: string,
): Promise<{
  problems: Problem[];
  warnings: string[];
  canMigrateConnections: boolean;
  id: string | undefined;
}> {
  const info = infoSchema.parse(await docker.info());
  const rootless = isRootless(info.SecurityOptions);
  const lacks = [
    ...(info.MemoryLimit === false ? ["memory"] : []),
    ...(info.SwapLimit === false ? ["swap"] : []),
    ...(info.CpuCfsQuota === false ? ["processors"] : []),
  ];
  return {
    problems: [
      ...(lacks.length === 0 ? [] : [withoutLimits(lacks, info, rootless)]),
      ...withoutFamilies(info, settings, stack),
    ],
    warnings: rootless ? await closedPorts(settings) : [],
    canMigrateConnections: canMigrateConnections(info.KernelVersion ?? ""),
    id: info.ID,
  };
}

/** Refuses a port for both families if the engine lists its bindings in another order than it got them. */
function withoutFamilies({ ServerVersion = "" }: Info, settings: Settings, stack: string): Problem[] {
  const major = Number.parseInt(ServerVersion, 10);
  if (!(major < familiesVersion)) return [];
  const both = publishedPorts(settings).filter(({ address }) => publishedAddresses(address).length > 1);
  return both.map(({ path: [service = ""], address }) => ({
    at: configPath([service, "bindAddress"]),
    got: address,
    what: `the engine, version ${ServerVersion}, tells two bindings of a port in another order than it was given: each update would make the container with the port anew`,
    allowed: `an engine of version ${familiesVersion} or newer, or 0.0.0.0 and so IPv4 alone`,
    fix: [setCommand(stack, [service, "bindAddress"], "0.0.0.0")],
  }));
}

/** True if the kernel hands the connections of a closing socket to another socket of the same port: from 5.14 on. */
export function canMigrateConnections(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split(/[.-]/).map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}

function withoutLimits(lacks: readonly string[], info: Info, rootless: boolean): Problem {
  const version = info.CgroupVersion ?? "unknown";
  return {
    at: "the engine's kernel",
    got: `cgroup version ${version}${rootless ? ", an engine without root" : ""}`,
    what: `the engine can't limit containers' ${lacks.join(", ")}: a container that exceeds its limit would take its host down`,
    allowed: "limits of memory, swap and processors (`docker info` warns of what is missing)",
    fix: rootless
      ? [
          "sudo mkdir -p /etc/systemd/system/user@.service.d",
          "printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | sudo tee /etc/systemd/system/user@.service.d/delegate.conf",
          "sudo systemctl daemon-reload    # then log in anew; it takes a host with cgroup version 2",
        ]
      : [
          `sudo sed -i 's/^GRUB_CMDLINE_LINUX="/&${kernelOptions(version)} /' /etc/default/grub`,
          "sudo update-grub && sudo reboot",
        ],
  };
}

/** Version 2 has all limits, unless a kernel option turned off that of memory. */
function kernelOptions(version: string): string {
  return version === "1" ? "cgroup_enable=memory swapaccount=1" : "cgroup_enable=memory";
}

async function closedPorts(settings: Settings): Promise<string[]> {
  const lowest = engineIsHere(settings)
    ? Number(await readFile(lowestPortFile, "utf8").catch(() => lowestOpenPort))
    : lowestOpenPort;
  const closed = publishedPorts(settings).filter(({ port }) => port < lowest);
  if (closed.length === 0) return [];
  return [
    `the engine runs without root, which may be closed to the port ${closed.map(({ port }) => port).join(", ")}: ` +
      `on its host, \`sudo sysctl -w net.ipv4.ip_unprivileged_port_start=${Math.min(...closed.map(({ port }) => port))}\` ` +
      "(and in /etc/sysctl.d for good) opens it",
  ];
}
