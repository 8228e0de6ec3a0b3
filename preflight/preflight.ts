import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { engineAddress } from "../engine/address.ts";
import { EngineSilent } from "../engine/answer-time.ts";
import { connectEngine, engineFailure } from "../engine/client.ts";
import { providerOptions } from "../engine/ssh.ts";
import { strayVariables, type StrayVariable } from "../engine/variables.ts";
import { migratesLabel } from "../gateway/edge.ts";
import { identifyGateway } from "../gateway/nginx.ts";
import { deployedColors, identifyRelease } from "../release/identity.ts";
import { setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import { stackPrefix } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { withGatewayAddress } from "./bind-address.ts";
import { inspectEngine } from "./engine.ts";
import { inspectImages } from "./images.ts";
import { inspectLimits } from "./limits.ts";
import { inspectNames, inspectStackName } from "./names.ts";
import { inspectNetwork } from "./network.ts";
import { inspectPorts } from "./ports.ts";
import { inspectRoom } from "./room.ts";
import { isRecovering } from "./recovering.ts";
import { runningContainers, stoppedContainers } from "./running.ts";
import { inspectUnknown, knownToState } from "./unknown.ts";
import { inspectVolumes } from "./volumes.ts";
import { blocks, type Problem } from "../settings/problem.ts";

const engineSeconds = 10;
/** By ssh: as long as a login is tried for. */
const engineBySshSeconds = 120;

/** What the program is told of the engine before it makes anything. */
export interface Preflight {
  platform: Platform;
  /** Arguments for the network where an existing one is adopted. */
  existingNetworkId: { existingId?: string };
  /** Which engine it is, as far as it says so. */
  engineId: string | undefined;
  /** Options of the provider's ssh, where the engine is reached by it. */
  sshOptions: string[];
}

/**
 * Looks at the engine before any resource exists, and ends the program with all that would make the update fail: an
 * engine that doesn't answer or can't limit containers, images that can't be had, a network, volumes or names that aren't
 * ours, ports and addresses that can't be had, limits that the host can't give, no room for a new release, a platform that
 * the state has forgotten. What the engine refuses only when a container's predecessor is gone is an outage.
 */
export async function preflight(settings: Settings, stack: string): Promise<Preflight> {
  const stray = strayVariables(engineAddress(settings.engine.host), process.env);
  if (stray.length > 0) throw new pulumi.RunError(message(stack, stray.map(leadingAstray)));
  const unnameable = inspectStackName(stack);
  if (unnameable.length > 0) throw new pulumi.RunError(message(stack, unnameable));
  const docker = connectEngine(settings.engine.host);
  try {
    await mustAnswer(docker, settings);
    return await look(docker, settings, stack);
  } catch (error) {
    const failure = engineFailure(error);
    if (failure === undefined) throw error;
    throw new pulumi.RunError(message(stack, [unreachable(settings, stack, failure)]));
  }
}

async function look(docker: Docker, given: Settings, stack: string): Promise<Preflight> {
  const state = once(() => knownToState(stack));
  const containers = await docker.listContainers({ all: true });
  const addressed = await withGatewayAddress({ docker, settings: given, stack, containers });
  if ("problem" in addressed) throw new pulumi.RunError(message(stack, [addressed.problem]));
  const { settings } = addressed;
  const base = { stack, prefix: stackPrefix(stack), settings };
  const inState = async () =>
    (isRecovering() ? undefined : await state())?.images ?? new Map<string, string>();
  const [engine, images, network, ports, limits] = await Promise.all([
    inspectEngine(docker, settings, stack),
    inspectImages({ docker, platform: base, dryRun: pulumi.runtime.isDryRun(), inState }),
    inspectNetwork(docker, settings, stack, containers),
    inspectPorts(docker, settings, stack, containers),
    inspectLimits(docker, settings, stack, containers),
  ]);
  const platform = {
    ...base,
    images: images.known,
    canMigrateConnections: migratesAlready(stack, containers) ?? engine.canMigrateConnections,
    running: runningContainers(stack, containers),
  };
  const wanted = wantedReleases(platform);
  const gateway = identifyGateway(platform);
  const [unknown, room, volumes] = await Promise.all([
    inspectUnknown(docker, stack, [...wanted, gateway], state),
    inspectRoom(docker, platform, { releases: wanted, gateway }, containers),
    inspectVolumes(docker, platform, containers),
  ]);
  const found = [
    ...engine.problems,
    ...images.problems,
    ...network.problems,
    ...ports,
    ...limits,
    ...volumes,
    ...inspectNames(stack, wanted, containers),
    ...room,
    ...unknown.problems,
  ];
  const problems = found.sort((a, b) => (a.at < b.at ? -1 : 1));
  if (problems.length > 0) throw new pulumi.RunError(message(stack, problems));
  const stopped = stoppedContainers(stack, containers);
  for (const warning of [...engine.warnings, ...images.warnings, ...unknown.warnings, ...stopped])
    await pulumi.log.warn(warning);
  return {
    platform,
    existingNetworkId: network.existingId === undefined ? {} : { existingId: network.existingId },
    engineId: engine.id,
    sshOptions: bySsh(settings) ? await providerOptions(engineAddress(settings.engine.host)) : [],
  };
}

/** What the edge that is there was made with; undefined where there is none. */
function migratesAlready(stack: string, containers: readonly Docker.ContainerInfo[]): boolean | undefined {
  const edge = containers.find(
    ({ Labels }) => Labels["webnet.stack"] === stack && Labels["webnet.role"] === "edge",
  );
  const said = edge?.Labels[migratesLabel];
  return said === undefined ? undefined : said === "true";
}

/** Asks at most once, whoever wants to know. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

function wantedReleases(platform: Platform): string[] {
  const { active, standby } = deployedColors(platform.settings);
  return [active, standby].flatMap((color) => (color && identifyRelease(platform, color)?.id) ?? []);
}

async function mustAnswer(docker: Docker, settings: Settings): Promise<void> {
  await bounded(docker.ping(), bySsh(settings) ? engineBySshSeconds : engineSeconds);
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

function leadingAstray({ name, why }: StrayVariable): Problem {
  return {
    at: name,
    what: why,
    allowed: "one address for all: webnet:engine.host, or else DOCKER_HOST",
    fix: [`unset ${name}`],
  };
}

function bySsh(settings: Settings): boolean {
  return engineAddress(settings.engine.host).startsWith("ssh://");
}

function message(stack: string, problems: readonly Problem[]): string {
  const number = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return [`Stack "${stack}" has ${number}; nothing was touched:`, ...blocks(problems)].join("\n\n");
}

async function bounded<T>(work: Promise<T>, seconds: number): Promise<T> {
  const timer = new AbortController();
  const tooLong = sleep(seconds * 1000, undefined, { signal: timer.signal }).then(() => {
    throw new EngineSilent(`no answer within ${seconds} s`);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    timer.abort();
    tooLong.catch(() => undefined);
  }
}
