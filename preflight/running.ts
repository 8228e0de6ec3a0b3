import type Docker from "dockerode";
import { containerName, isStopped } from "../engine/containers.ts";
import { recoverLine } from "../settings/commands.ts";
import type { RunningContainer } from "../workload/platform.ts";
import { roleOf, roles, stackOf } from "../workload/labels.ts";

/** The stack's running containers by name, as they are before the update. */
export function runningContainers(
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): ReadonlyMap<string, RunningContainer> {
  const own = containers.filter((one) => stackOf(one) === stack && one.State === "running");
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
    .filter((container) => stackOf(container) === stack && isStopped(container))
    .filter((container) => roleOf(container) !== roles.copy)
    .map(
      (container) =>
        `${containerName(container)} doesn't run (${container.Status}): ${recoverLine({ stack })} starts it`,
    )
    .sort();
}
