import type Docker from "dockerode";
import { within } from "./bound.ts";
import { engineStatus } from "./client.ts";

/** What the engine answers where a container already is what it is told to be. */
const notModified = 304;

/** What the engine needs itself for ending a container, beside what it gives the container. */
const endSeconds = 120;

/**
 * Whether a container's program runs at this moment. Of one that ends again and again the engine says that it runs, also while it waits to
 * start it once more, and nothing can be run in it then.
 */
export function isUp<T extends Pick<Docker.ContainerInspectInfo, "State">>(
  inspected: T | undefined,
): inspected is T {
  return inspected?.State.Running === true && !inspected.State.Restarting;
}

/** Whether a listed container doesn't run, and the engine isn't about to start it either. */
export function isStopped({ State }: Pick<Docker.ContainerInfo, "State">): boolean {
  return State === "exited" || State === "created";
}

/**
 * Stops a container, which has `seconds` to end by itself; one that doesn't run is left alone.
 *
 * @throws OutOfTime where the engine doesn't say that it is done.
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

/** Starts a container; one that runs, or that the engine is about to start, is left alone. */
export async function startContainer(container: Docker.Container): Promise<void> {
  await unlessSo(container.start());
}

async function unlessSo(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (engineStatus(error) !== notModified) throw error;
  }
}

/**
 * Starts a running container again; what it holds is given no time.
 *
 * @throws OutOfTime where the engine doesn't say that it is done.
 */
export async function restartContainer(container: Docker.Container): Promise<void> {
  await within("starting a container again", { totalSeconds: endSeconds }, ({ signal }) =>
    container.restart({ t: 0, abortSignal: signal }),
  );
}
