import type Docker from "dockerode";
import { containerName, isStopped } from "../engine/containers.ts";
import { recoverCommand } from "./recovering.ts";
import type { RunningContainer } from "../workload/platform.ts";

/** The stack's running containers by name, as they are before the update. */
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

/** Warns of the stack's stopped containers: an update that changes nothing of them would leave them stopped. */
export function stoppedContainers(stack: string, containers: readonly Docker.ContainerInfo[]): string[] {
  return containers
    .filter((container) => container.Labels["webnet.stack"] === stack && isStopped(container))
    .filter(({ Labels }) => Labels["webnet.role"] !== "copy")
    .map(
      (container) =>
        `${containerName(container)} doesn't run (${container.Status}): ${recoverCommand(stack)} starts it`,
    )
    .sort();
}
