import { rmSync } from "node:fs";
import { connectEngine } from "../../engine/client.ts";
import { endEngine, enginePid, launchEngine } from "./engine-process.ts";
import { answers } from "./engine-probe.ts";
import { engineIn, unpackEngine, wantedEngine } from "./engine-tree.ts";
import { privateHost, privatePaths } from "./private-paths.ts";
import type { Progress } from "./step.ts";

const answerSeconds = 60;
const containerStopSeconds = 20;

/** True if the private engine is running. */
export function isPrivateEngineRunning(): boolean {
  return enginePid(privatePaths) !== undefined;
}

/**
 * Starts the project's own engine: Debian's newest `docker.io`, unpacked into `.webnet/engine` and not installed.
 *
 * @returns false if it was already running.
 * @throws without root, or when the engine can't be fetched or doesn't start.
 */
export async function startPrivateEngine(progress: Progress): Promise<boolean> {
  if (enginePid(privatePaths) !== undefined && (await answers(privateHost, answerSeconds))) return false;
  if (process.getuid?.() !== 0) {
    throw new Error(
      "no Docker engine answers, and only root can start a private one: start Docker " +
        "(or set DOCKER_HOST to an engine that you may use), or run this as root",
    );
  }
  await bringEngineTree(progress);
  rmSync(privatePaths.log, { force: true });
  progress("starting dockerd");
  await launchEngine(privatePaths, { liveRestore: true });
  return true;
}

/** Stops the private engine with its containers. Safe to call if it isn't running. */
export async function stopPrivateEngine(): Promise<void> {
  if (isPrivateEngineRunning() && (await answers(privateHost, 3))) {
    const engine = connectEngine(privateHost);
    const containers = await engine.listContainers();
    await Promise.all(
      containers.map(async ({ Id }) => {
        // A container may end by itself before the stop.
        await engine
          .getContainer(Id)
          .stop({ t: containerStopSeconds })
          .catch(() => undefined);
      }),
    );
  }
  await endEngine(privatePaths);
}

/** Removes the private engine's files outside of `.webnet`. */
export function removeShortFolder(): void {
  if (privatePaths.short !== undefined) rmSync(privatePaths.short, { recursive: true, force: true });
}

/**
 * Unpacks an engine into the private engine's tree: the newest, or the kind in `WEBNET_PRIVATE_ENGINE`. Keeps an engine that is
 * already there.
 *
 * @throws when `WEBNET_PRIVATE_ENGINE` asks for another kind than the one that is there.
 */
export async function bringEngineTree(progress: Progress): Promise<void> {
  const { tree } = privatePaths;
  const [wanted, there] = [wantedEngine(), engineIn(tree)];
  if (there === undefined) await unpackEngine(wanted ?? "current", tree, progress);
  else if (wanted !== undefined && wanted !== there) {
    throw new Error(
      `WEBNET_PRIVATE_ENGINE asks for the ${wanted} engine, and the private one is of the kind ${there}: ` +
        `leave it out, or run "npm run purge" first, which removes the platform with its data`,
    );
  }
}
