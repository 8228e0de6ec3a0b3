import type Docker from "dockerode";
import { engineAddress } from "../engine/address.ts";
import { EngineSilent } from "../engine/answer-time.ts";
import { engineFailure } from "../engine/client.ts";
import { migratesLabel } from "../gateway/edge.ts";
import { identifyGateway } from "../gateway/nginx.ts";
import { deployedColors, identifyRelease } from "../release/identity.ts";
import { setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import { stackPrefix } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { askKeeper, inspectAuthority } from "./authority.ts";
import { inspectRouteAuthorities } from "./route-authorities.ts";
import { withGatewayAddress } from "./bind-address.ts";
import { inspectCertificate } from "./certificate.ts";
import { inspectEngine } from "./engine.ts";
import { inspectImages } from "./images.ts";
import { findFiles } from "./found-files.ts";
import { findRoute } from "./found-route.ts";
import type { KnownObjects } from "./known.ts";
import { inspectLimits } from "./limits.ts";
import { inspectNames, inspectStackName } from "./names.ts";
import { inspectNetwork } from "./network.ts";
import { fewConnections } from "./pools.ts";
import { inspectPolicy } from "./policy.ts";
import { inspectPorts } from "./ports.ts";
import { inspectRoom } from "./room.ts";
import { isRecovering } from "./recovering.ts";
import { runningContainers, stoppedContainers } from "./running.ts";
import { inspectUnknown } from "./unknown.ts";
import { inspectVolumes } from "./volumes.ts";
import { blocks, type Problem } from "../settings/problem.ts";
import { roleOf, roles, stackOf } from "../workload/labels.ts";

const engineSeconds = 10;
/** Over ssh: enough time for every attempt to log in. */
const engineBySshSeconds = 120;

/** What {@link lookAtEngine} needs to know. */
export interface Question {
  docker: Docker;
  settings: Settings;
  stack: string;
  /** True in a preview: what may be right by the time of the update is only a warning then. */
  dryRun: boolean;
  /** What the state knows; undefined if it can't be read. Called at most once, and only if needed. */
  known: () => Promise<KnownObjects | undefined>;
}

/** What the look at the engine found. */
export interface Finding {
  /** What would make an update fail, sorted by its place in words (`at`). */
  problems: readonly Problem[];
  warnings: readonly string[];
  /** What the program builds its resources from; absent if a problem kept the look from it. */
  platform?: Platform;
  /** Id of the existing network, if the stack adopts one. */
  existingNetworkId?: string | undefined;
  /** The engine's id, if it gives one. */
  engineId?: string | undefined;
}

/**
 * Checks the engine for everything that would make an update fail: an engine that doesn't answer or can't limit
 * containers; images, ports and addresses that can't be had; a network, volumes or names of others; limits that the
 * host can't give; no room for a new release; a platform missing from the state. An engine that refuses only when a
 * container's predecessor is gone causes an outage.
 */
export async function lookAtEngine(question: Question): Promise<Finding> {
  const { docker, settings, stack } = question;
  const unnameable = inspectStackName(stack, settings.backend.replicas);
  if (unnameable.length > 0) return { problems: unnameable, warnings: [] };
  try {
    await answers(docker, isBySsh(settings) ? engineBySshSeconds : engineSeconds);
    return await look(question);
  } catch (error) {
    const failure = engineFailure(error);
    if (failure === undefined) throw error;
    return { problems: [unreachable(settings, stack, failure)], warnings: [] };
  }
}

/** The problems as a message to the operator. */
export function problemsInWords(stack: string, problems: readonly Problem[]): string {
  const number = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return [`Stack "${stack}" has ${number}; nothing was touched:`, ...blocks(problems)].join("\n\n");
}

/** Whether webnet reaches the engine by ssh. */
export function isBySsh(settings: Settings): boolean {
  return engineAddress(settings.engine.host).startsWith("ssh://");
}

async function look({ docker, settings: given, stack, dryRun, known }: Question): Promise<Finding> {
  const state = once(known);
  const containers = await docker.listContainers({ all: true });
  const addressed = await withGatewayAddress({ docker, settings: given, stack, containers });
  if ("problem" in addressed) return { problems: [addressed.problem], warnings: [] };
  const { settings } = addressed;
  const base = { stack, prefix: stackPrefix(stack), settings };
  const unlessRecovering = async () => (isRecovering() ? undefined : await state());
  const inState = async () => (await unlessRecovering())?.images ?? new Map<string, string>();
  const inGateway = async () => (await unlessRecovering())?.certificate;
  const [engine, images, network, ports, limits, files, route, certificate, authority] = await Promise.all([
    inspectEngine(docker, settings, stack),
    inspectImages({ docker, platform: base, dryRun, inState }),
    inspectNetwork(docker, settings, stack, containers),
    inspectPorts(docker, settings, stack, containers),
    inspectLimits(docker, settings, stack, containers),
    findFiles(docker, stack, containers, unlessRecovering),
    findRoute(docker, stack, containers, unlessRecovering),
    inspectCertificate(settings, stack, inGateway),
    inspectAuthority(settings, stack, () => askKeeper(docker, stack, containers)),
  ]);
  const platform = {
    ...base,
    images: images.known,
    canMigrateConnections: migratesAlready(stack, containers) ?? engine.canMigrateConnections,
    running: runningContainers(stack, containers),
    files: files.files,
    route: route.route,
    ...(certificate.digest !== undefined && { certificate: certificate.digest }),
  };
  const wanted = wantedReleases(platform);
  const gateway = identifyGateway(platform);
  const [unknown, room, volumes] = await Promise.all([
    inspectUnknown(docker, stack, [...wanted, gateway], state),
    inspectRoom(docker, platform, { releases: wanted, gateway }, containers),
    inspectVolumes(docker, platform, containers),
  ]);
  const policy = inspectPolicy(platform);
  const found = [
    ...policy.problems,
    ...engine.problems,
    ...certificate.problems,
    ...authority.problems,
    ...inspectRouteAuthorities(settings, stack),
    ...images.problems,
    ...network.problems,
    ...ports,
    ...limits,
    ...volumes,
    ...inspectNames(platform, { releases: wanted, gateway }, containers),
    ...room,
    ...unknown.problems,
  ];
  return {
    problems: found.sort((a, b) => (a.at < b.at ? -1 : 1)),
    warnings: [
      ...addressed.warnings,
      ...policy.warnings,
      ...fewConnections(settings, stack),
      ...engine.warnings,
      ...certificate.warnings,
      ...authority.warnings,
      ...images.warnings,
      ...files.warnings,
      ...route.warnings,
      ...unknown.warnings,
      ...stoppedContainers(stack, containers),
    ],
    platform,
    existingNetworkId: network.existingId,
    engineId: engine.id,
  };
}

/** What the existing edge was made with; undefined if there is no edge. */
function migratesAlready(stack: string, containers: readonly Docker.ContainerInfo[]): boolean | undefined {
  const edge = containers.find((one) => stackOf(one) === stack && roleOf(one) === roles.edge);
  const said = edge?.Labels[migratesLabel];
  return said === undefined ? undefined : said === "true";
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

function wantedReleases(platform: Platform): string[] {
  const { active, standby } = deployedColors(platform.settings);
  return [active, standby].flatMap((color) => (color && identifyRelease(platform, color)?.id) ?? []);
}

function unreachable(settings: Settings, stack: string, failure: string): Problem {
  return {
    at: "webnet:engine.host",
    got: engineAddress(settings.engine.host),
    what: failure,
    allowed: "unix://, tcp:// or ssh:// address of an engine that runs",
    fix: ["docker -H <host> info", setCommand(stack, ["engine", "host"], "<host>")],
  };
}

/** Its typings lack the options. */
type Ping = (options: { abortSignal: AbortSignal }) => Promise<unknown>;

/** @throws EngineSilent if the engine doesn't answer in time. The question must end too: it would keep this process. */
async function answers(docker: Docker, seconds: number): Promise<void> {
  const late = AbortSignal.timeout(seconds * 1000);
  try {
    await (docker.ping as Ping).call(docker, { abortSignal: late });
  } catch (error) {
    throw late.aborted ? new EngineSilent(`no answer within ${seconds} s`, { cause: error }) : error;
  }
}
