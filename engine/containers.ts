import type Docker from "dockerode";
import { within } from "./bound.ts";

/** What the engine needs itself for ending a container, beside what it gives the container. */
const endSeconds = 120;

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
