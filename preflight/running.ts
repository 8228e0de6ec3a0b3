import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
import type { RunningContainer } from "../workload/platform.ts";

/** The stack's own containers by name, as they are before the update. */
export function runningContainers(
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): ReadonlyMap<string, RunningContainer> {
  const own = containers.filter(
    ({ Labels, State }) => Labels["webnet.stack"] === stack && State === "running",
  );
  return new Map(
    own.map((container) => [
      containerName(container),
      {
        image: container.ImageID,
        labels: container.Labels,
        volumes: container.Mounts.flatMap(({ Name }) => Name ?? []),
      },
    ]),
  );
}
