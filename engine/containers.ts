import type Docker from "dockerode";

/** A listed container's name, which the engine gives with a slash in front. */
export function containerName({ Names }: Pick<Docker.ContainerInfo, "Names">): string {
  return (Names[0] ?? "").replace(/^\//, "");
}
