import type Docker from "dockerode";
import { within } from "./bound.ts";
import { engineStatus } from "./client.ts";

/** The engine's answer if the container is already started, or already stopped. */
const notModified = 304;

/** Seconds that the engine itself needs to end a container, besides the container's own time. */
const endSeconds = 120;

/**
 * True if a container's program runs at this moment. The engine also says "running" of a crash-looping container while
 * it waits to restart it, and of a paused one; no command can run in the container then.
 */
export function isUp<T extends Pick<Docker.ContainerInspectInfo, "State">>(
  inspected: T | undefined,
): inspected is T {
  return inspected?.State.Running === true && !inspected.State.Restarting && !inspected.State.Paused;
}

/** True if a listed container does nothing, and the engine is not about to restart it. */
export function isStopped({ State }: Pick<Docker.ContainerInfo, "State">): boolean {
  return State === "exited" || State === "created" || State === "paused";
}

/**
 * Stops a container, which gets `seconds` to end by itself. Does nothing if it does not run.
 *
 * @throws OutOfTime if the engine does not confirm it within `seconds` and two minutes.
 */
export async function stopContainer(container: Docker.Container, seconds: number): Promise<void> {
  await within("stopping a container", { totalSeconds: seconds + endSeconds }, ({ signal }) =>
    unlessSo(container.stop({ t: seconds, abortSignal: signal })),
  );
}

/** A listed container's name, which the engine gives with a slash in front. */
export function containerName({ Names }: Pick<Docker.ContainerInfo, "Names">): string {
  return (Names[0] ?? "").replace(/^\//, "");
}

/** Starts a container, or lets a paused one go on. Does nothing if it runs, or if the engine is about to restart it. */
export async function startContainer(container: Docker.Container): Promise<void> {
  const { State } = await container.inspect();
  await unlessSo(State.Paused ? container.unpause() : container.start());
}

async function unlessSo(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (engineStatus(error) !== notModified) throw error;
  }
}

/**
 * Restarts a running container. Its processes are killed at once, without time to end.
 *
 * @throws OutOfTime if the engine does not confirm it within two minutes.
 */
export async function restartContainer(container: Docker.Container): Promise<void> {
  await within("starting a container again", { totalSeconds: endSeconds }, ({ signal }) =>
    container.restart({ t: 0, abortSignal: signal }),
  );
}
