import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
import { roleOf, roles } from "../workload/labels.ts";

/**
 * Says that the stack's edge doesn't run: the gateway then has no network, and would look as if the releases didn't
 * answer. Undefined if it runs, or if there is none.
 *
 * @param containers the stack's own
 */
export function edgeDown(containers: readonly Docker.ContainerInfo[]): string | undefined {
  const edge = containers.find((one) => roleOf(one) === roles.edge);
  if (edge === undefined || edge.State === "running") return undefined;
  return (
    `${containerName(edge)}, which holds the gateway's network, doesn't run (${edge.Status}): ` +
    "no client reaches the gateway"
  );
}
