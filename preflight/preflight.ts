import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { connectEngine } from "../engine/client.ts";
import { deployedColors, identifyRelease } from "../release/identity.ts";
import { setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import { stackPrefix } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { inspectImages } from "./images.ts";
import { inspectNetwork } from "./network.ts";
import { inspectPorts } from "./ports.ts";
import { inspectRoom } from "./room.ts";
import { inspectUnknown } from "./unknown.ts";
import { blocks, type Problem } from "../settings/problem.ts";

const engineSeconds = 10;

/** What the program is told of the engine before it makes anything. */
export interface Preflight {
  platform: Platform;
  /** Arguments for the network where an existing one is adopted. */
  existingNetworkId: { existingId?: string };
}

/**
 * Looks at the engine before any resource exists, and ends the program with all that would make the update fail: an
 * engine that doesn't answer, images that can't be had, a network that isn't ours, ports that are taken, no room for a
 * new release, a platform that the state has forgotten.
 */
export async function preflight(settings: Settings, stack: string): Promise<Preflight> {
  const docker = connectEngine(settings.engine.host);
  await mustAnswer(docker, settings, stack);
  const [images, network, ports] = await Promise.all([
    inspectImages(docker, settings, stack, pulumi.runtime.isDryRun()),
    inspectNetwork(docker, settings, stack),
    inspectPorts(docker, settings, stack),
  ]);
  const platform = { stack, prefix: stackPrefix(stack), settings, images: images.known };
  const wanted = wantedReleases(platform);
  const [unknown, room] = await Promise.all([
    inspectUnknown(docker, stack, wanted),
    inspectRoom(docker, platform, wanted),
  ]);
  const found = [...images.problems, ...network.problems, ...ports, ...room, ...unknown.problems];
  const problems = found.sort((a, b) => (a.at < b.at ? -1 : 1));
  if (problems.length > 0) throw new pulumi.RunError(message(stack, problems));
  for (const warning of [...images.warnings, ...unknown.warnings]) await pulumi.log.warn(warning);
  return {
    platform,
    existingNetworkId: network.existingId === undefined ? {} : { existingId: network.existingId },
  };
}

function wantedReleases(platform: Platform): string[] {
  const { active, standby } = deployedColors(platform.settings);
  return [active, standby].flatMap((color) => (color && identifyRelease(platform, color)?.id) ?? []);
}

async function mustAnswer(docker: Docker, settings: Settings, stack: string): Promise<void> {
  try {
    await bounded(docker.ping(), engineSeconds);
  } catch (error) {
    throw new pulumi.RunError(
      message(stack, [
        {
          at: "webnet:engine.host",
          got: settings.engine.host ?? process.env["DOCKER_HOST"] ?? "the engine's usual socket",
          what: `the Docker engine doesn't answer: ${error instanceof Error ? error.message : String(error)}`,
          allowed: "unix://, tcp:// or ssh:// address of an engine that runs",
          fix: ["docker -H <host> info", setCommand(stack, ["engine", "host"], "<host>")],
        },
      ]),
    );
  }
}

function message(stack: string, problems: readonly Problem[]): string {
  const number = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return [`Stack "${stack}" has ${number}; nothing was touched:`, ...blocks(problems)].join("\n\n");
}

async function bounded<T>(work: Promise<T>, seconds: number): Promise<T> {
  const timer = new AbortController();
  const tooLong = sleep(seconds * 1000, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${seconds} s`);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    timer.abort();
    tooLong.catch(() => undefined);
  }
}
