import { readFile, statfs } from "node:fs/promises";
import type Docker from "dockerode";
import { z } from "zod";
import { frontendMount } from "../gateway/layout.ts";
import { gatewayLabel, runningGateway } from "../gateway/live.ts";
import { execIn } from "../engine/exec.ts";
import { hasPart } from "../settings/alone.ts";
import { colorOf } from "../settings/color.ts";
import { configPath, opsLine, setCommand } from "../settings/commands.ts";
import type { Color, Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import { colorNames } from "../settings/schema/application.ts";
import type { Platform } from "../workload/platform.ts";
import { engineIsHere } from "./host.ts";
import { isRecovering } from "./recovering.ts";
import { releaseOf, roleOf, roles, stackOf } from "../workload/labels.ts";

const infoSchema = z.object({ MemTotal: z.number().positive(), DockerRootDir: z.string() });

/** What the engine's host has, in megabytes; undefined if unknown. */
export interface Room {
  memoryTotal: number;
  memoryAvailable: number | undefined;
  diskFree: number | undefined;
}

/** How many releases an update makes, and how many exist already. */
export interface Load {
  /** Releases that the update makes. */
  newReleases: number;
  /** Containers that it makes for them, and for those that exist. Default: one for each new release */
  newContainers?: number;
  /** Releases that exist. */
  running: number;
  /** Those among them that failed updates left behind. */
  left: number;
}

/**
 * Checks that new releases fit beside the running ones, and the files of another gateway on the disk: old and new exist
 * together until the route has moved and the former release is drained. If neither is new, it asks the engine nothing
 * more.
 *
 * @param wanted ids of the releases that are to run, and of the gateway
 */
export async function inspectRoom(
  docker: Docker,
  platform: Platform,
  wanted: { releases: readonly string[]; gateway: string },
  containers: readonly Docker.ContainerInfo[],
): Promise<Problem[]> {
  const { settings, stack } = platform;
  const own = containers.filter((one) => stackOf(one) === stack);
  const containersThere = own.filter((one) => roleOf(one) === roles.release).map(releaseOf);
  const there = [...new Set(containersThere)];
  // Files alone take no memory.
  const toRun = wanted.releases.filter((release) => hasPart(settings, colorOf(release), "backend"));
  const newReleases = toRun.filter((release) => !there.includes(release)).length;
  const missing = (release: string): number =>
    settings.backend.replicas - containersThere.filter((one) => one === release).length;
  const newContainers = toRun.reduce((sum, release) => sum + Math.max(missing(release), 0), 0);
  const gateways = own.flatMap(({ Labels }) => Labels[gatewayLabel] ?? []);
  // A gateway that is gone must come back, however full the disk is.
  const isAnotherGateway = gateways.length > 0 && !gateways.includes(wanted.gateway);
  // A plan of recover makes no release.
  if (isRecovering() || (newContainers === 0 && !isAnotherGateway)) return [];
  const room = await readRoom(docker, platform);
  const left = leftReleases(there, wanted.releases);
  return roomProblems(settings, stack, { newReleases, newContainers, running: there.length, left }, room);
}

/**
 * Counts the releases that failed updates left: neither wanted nor superseded by this update. It supersedes one of each
 * colour whose wanted release isn't there yet.
 */
export function leftReleases(there: readonly string[], wanted: readonly string[]): number {
  const has = (releases: readonly string[], color: Color): string[] =>
    releases.filter((release) => colorOf(release) === color);
  return colorNames
    .map((color) => {
      const unwanted = has(there, color).filter((release) => !wanted.includes(release)).length;
      const stays = has(wanted, color).some((release) => there.includes(release));
      return stays ? unwanted : Math.max(unwanted - 1, 0);
    })
    .reduce((total, left) => total + left, 0);
}

/** Finds what an update lacks of memory or disk. */
export function roomProblems(
  settings: Settings,
  stack: string,
  { newReleases, newContainers = newReleases, running, left }: Load,
  room: Room,
): Problem[] {
  const { minimumFreeDiskMegabytes, minimumFreeMemoryMegabytes } = settings.engine;
  const limit = settings.backend.limits.memoryMegabytes;
  const problems: Problem[] = [];
  if (room.diskFree !== undefined && room.diskFree < minimumFreeDiskMegabytes) {
    const path = ["engine", "minimumFreeDiskMegabytes"];
    problems.push({
      at: configPath(path),
      what: `${newContainers === 0 ? "another gateway" : "a new release"} has no room on the engine's disk, where ${room.diskFree} MB are free`,
      got: String(minimumFreeDiskMegabytes),
      allowed: "at most what is free there",
      fix: [opsLine("prune", { stack })],
      or: [["docker system df    # shows what takes the room"], [setCommand(stack, path, "<megabytes>")]],
    });
  }
  const { temporaryMegabytes } = settings.gateway;
  // A reserve of 0 turns the look at the disk off.
  const isAsked = minimumFreeDiskMegabytes > 0 && problems.length === 0;
  const withoutTemporary = (room.diskFree ?? Infinity) - minimumFreeDiskMegabytes;
  if (isAsked && withoutTemporary < temporaryMegabytes) {
    const path = ["gateway", "temporaryMegabytes"];
    problems.push({
      at: configPath(path),
      what:
        `the engine's disk has no room for what may wait in the gateway: ${room.diskFree ?? 0} MB are free, of which ` +
        `${minimumFreeDiskMegabytes} MB must stay so`,
      got: String(temporaryMegabytes),
      allowed: `at most ${Math.max(withoutTemporary, 0)}, or more room; webnet:engine.minimumFreeDiskMegabytes is the reserve`,
      fix: [opsLine("prune", { stack })],
      or: [
        [
          setCommand(stack, path, "<megabytes>"),
          // Fewer megabytes may have no room for the largest bodies.
          setCommand(stack, ["gateway", "clientMaxBodyMegabytes"], "<number>"),
        ],
      ],
    });
  }
  const needed = newContainers * limit;
  const free = room.memoryAvailable ?? room.memoryTotal;
  if (newContainers > 0 && free < needed + minimumFreeMemoryMegabytes) {
    const path = ["backend", "limits", "memoryMegabytes"];
    const kind = room.memoryAvailable === undefined ? "in all" : `available of ${room.memoryTotal} MB`;
    problems.push({
      at: configPath(path),
      what:
        `${whatIsNew(newReleases, newContainers)} no room in the memory of the engine's host ` +
        `beside ${running} that run: ${free} MB are ${kind}, ${needed} MB may be taken and ` +
        `${minimumFreeMemoryMegabytes} MB must stay free${leftInWords(left, stack)}`,
      got: String(limit),
      allowed: `less, or less beside it: webnet:standby off, or other programs of the host; webnet:engine.minimumFreeMemoryMegabytes is the reserve`,
      fix: [setCommand(stack, path, "<megabytes>")],
      or: [[setCommand(stack, ["standby"], "off")], ["free -m    # shows what the host has left"]],
    });
  }
  return problems;
}

function whatIsNew(newReleases: number, newContainers: number): string {
  if (newReleases === 0)
    return `${newContainers} more ${newContainers === 1 ? "container of a release has" : "containers of releases have"}`;
  const each = newContainers === newReleases ? "" : `, with ${newContainers} containers in all,`;
  return `${newReleases} new ${newReleases === 1 ? `release${each} has` : `releases${each} have`}`;
}

function leftInWords(left: number, stack: string): string {
  if (left === 0) return "";
  return (
    `. ${left} of those that run ${left === 1 ? "is" : "are"} left from updates that failed: put back into the config what ` +
    `serves (${opsLine("status", { stack })}), and run pulumi up, which deletes ${left === 1 ? "it" : "them"}`
  );
}

/** Reads from `/proc/meminfo` the memory, in MB, that is available without swapping anything out. */
export function availableMegabytes(meminfo: string): number | undefined {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kilobytes === undefined ? undefined : Math.floor(Number(kilobytes) / 1024);
}

/** Reads the free space of one file system, in MB, from the output of `df -Pk`. */
export function freeMegabytes(df: string): number | undefined {
  const kilobytes = /^\S+\s+\d+\s+\d+\s+(\d+)\s+\d+%/m.exec(df)?.[1];
  return kilobytes === undefined ? undefined : Math.floor(Number(kilobytes) / 1024);
}

async function readRoom(docker: Docker, platform: Platform): Promise<Room> {
  const { MemTotal, DockerRootDir } = infoSchema.parse(await docker.info());
  const memoryTotal = Math.floor(MemTotal / 1024 / 1024);
  const running = await runningGateway(docker, platform.stack);
  if (running !== undefined) {
    // A container sees its host's memory, and volumes lie on the same disk as images: this works on any engine.
    const script = `cat /proc/meminfo; df -Pk ${frontendMount}`;
    const { stdout } = await execIn(running.gateway.container, ["sh", "-c", script]);
    return { memoryTotal, memoryAvailable: availableMegabytes(stdout), diskFree: freeMegabytes(stdout) };
  }
  if (!engineIsHere(platform.settings))
    return { memoryTotal, memoryAvailable: undefined, diskFree: undefined };
  return {
    memoryTotal,
    memoryAvailable: availableMegabytes(await readFile("/proc/meminfo", "utf8").catch(() => "")),
    diskFree: await statfs(DockerRootDir).then(
      ({ bavail, bsize }) => Math.floor((bavail * bsize) / 1024 / 1024),
      () => undefined,
    ),
  };
}
