import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Limits, Settings } from "../settings/index.ts";
import { runningFacts, runsWith } from "../settings/services.ts";
import { valueAt } from "../settings/shape.ts";
import type { Problem } from "../settings/problem.ts";
import { roleOf, stackOf } from "../workload/labels.ts";

interface WantedLimits {
  path: string[];
  /** Role of the containers that have these limits. */
  role: string;
  limits: Limits;
}

interface Excess {
  key: keyof Limits;
  what: string;
  /** What the engine's host has. */
  most: number;
}

const megabyte = 1024 * 1024;
const nanoCpus = 1e9;

/** The limits of all that the platform runs. */
export function wantedLimits(settings: Settings): WantedLimits[] {
  return runningFacts.filter(runsWith(settings)).map(({ role, limits: path }) => ({
    path: [...path],
    role,
    limits: valueAt(settings, path) as Limits,
  }));
}

/**
 * Finds limits that the engine refuses or its host can't give. A limit that a container already has is no problem, for
 * example after the host got smaller: an update that leaves the container alone still works.
 *
 * @param containers all of the engine's
 */
export async function inspectLimits(
  docker: Docker,
  settings: Settings,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): Promise<Problem[]> {
  const { NCPU, MemTotal } = (await docker.info()) as { NCPU: number; MemTotal: number };
  const memory = Math.floor(MemTotal / megabyte);
  const problems = wantedLimits(settings).map(async ({ path, role, limits }) => {
    const found = excesses(limits, { NCPU, memory });
    if (found.length === 0) return [];
    const own = containers.filter((container) => stackOf(container) === stack && roleOf(container) === role);
    const made = await Promise.all(own.map(({ Id }) => orMissing(docker.getContainer(Id).inspect())));
    return found
      .filter(({ key }) => !made.some((one) => one && limitOf(one.HostConfig, key) === limits[key]))
      .map((excess) => problem(stack, [...path, excess.key], limits, excess));
  });
  return (await Promise.all(problems)).flat();
}

function excesses({ cpus, memoryMegabytes }: Limits, host: { NCPU: number; memory: number }): Excess[] {
  return [
    ...(cpus > host.NCPU
      ? [
          {
            key: "cpus",
            what: `the engine refuses more processors than its host has`,
            most: host.NCPU,
          } as const,
        ]
      : []),
    ...(memoryMegabytes > host.memory
      ? [
          {
            key: "memoryMegabytes",
            what: "it is more memory than the engine's host has",
            most: host.memory,
          } as const,
        ]
      : []),
  ];
}

function limitOf({ NanoCpus = 0, Memory = 0 }: Docker.HostConfig, key: keyof Limits): number {
  return key === "cpus" ? NanoCpus / nanoCpus : Memory / megabyte;
}

function problem(stack: string, path: string[], limits: Limits, { key, what, most }: Excess): Problem {
  return {
    at: configPath(path),
    got: String(limits[key]),
    what,
    allowed: `at most ${most}`,
    fix: [setCommand(stack, path, String(most))],
  };
}
