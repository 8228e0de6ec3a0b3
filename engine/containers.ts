import type Docker from "dockerode";
import { within } from "./bound.ts";

/** What the engine needs itself for ending a container, beside what it gives the container. */
const endSeconds = 120;

/**
 * Whether a container's program runs at this moment. Of one that ends again and again the engine says that it runs, also while it waits to
 * start it once more, and nothing can be run in it then.
 */
export function isUp(inspected: Pick<Docker.ContainerInspectInfo, "State"> | undefined): boolean {
  return inspected?.State.Running === true && !inspected.State.Restarting;
}

/** Whether a listed container doesn't run, and the engine isn't about to start it either. */
export function isStopped({ State }: Pick<Docker.ContainerInfo, "State">): boolean {
  return State === "exited" || State === "created";
}

/**
 * Stops a container, which has `seconds` to end by itself.
 *
 * @throws OutOfTime where the engine doesn't say that it is done.
 */
export async function stopContainer(container: Docker.Container, seconds: number): Promise<void> {
  await within("stopping a container", { totalSeconds: seconds + endSeconds }, ({ signal }) =>
    container.stop({ t: seconds, abortSignal: signal }),
  );
}

/** A listed container's name, which the engine gives with a slash in front. */
export function containerName({ Names }: Pick<Docker.ContainerInfo, "Names">): string {
  return (Names[0] ?? "").replace(/^\//, "");
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
