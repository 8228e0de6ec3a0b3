import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
import type { Problem } from "../settings/problem.ts";
import { runsWith, serviceFacts } from "../settings/services.ts";
import {
  backendHostPrefix,
  edgeContainerName,
  gatewayContainerName,
  replicaHosts,
  replicaSuffix,
  serviceName,
  stackPrefix,
} from "../workload/names.ts";
import { stackOf } from "../workload/labels.ts";
import type { Platform } from "../workload/platform.ts";

/** Longest label of a DNS name: a longer name has no address on any network. */
const longestDnsName = 63;
/** As long as the longest release id. */
const release = "green-00000000";

/** Checks the length of the names that derive from the stack's. */
export function inspectStackName(stack: string, replicas = 1): Problem[] {
  const longest = `${backendHostPrefix(stackPrefix(""))}${release}${replicaSuffix(replicas)}`;
  const spare = longestDnsName - longest.length;
  if (stack.length <= spare) return [];
  return [
    {
      at: "the stack's name",
      got: `${stack} (${stack.length} characters)`,
      what: "names of its containers would be longer than a DNS name can be, and nothing would find them on the network",
      allowed: `at most ${spare} characters`,
      fix: ["pulumi stack init <name>", `cp Pulumi.${stack}.yaml Pulumi.<name>.yaml`],
    },
  ];
}

/**
 * Finds containers of others that have a name which this stack needs: the engine refuses a second one.
 *
 * @param wanted ids of the releases that are to run, and of the gateway
 * @param containers all of the engine's
 */
export function inspectNames(
  { settings, stack }: Pick<Platform, "settings" | "stack">,
  wanted: { releases: readonly string[]; gateway: string },
  containers: readonly Docker.ContainerInfo[],
): Problem[] {
  const prefix = stackPrefix(stack);
  const names = [
    edgeContainerName(prefix),
    ...serviceFacts.filter(runsWith(settings)).map(({ role }) => serviceName(prefix, role)),
    gatewayContainerName(prefix, wanted.gateway),
    ...wanted.releases.flatMap((id) =>
      replicaHosts(backendHostPrefix(prefix), id, settings.backend.replicas),
    ),
  ];
  return containers
    .filter((container) => names.includes(containerName(container)))
    .filter((container) => stackOf(container) !== stack)
    .map((container) => ({
      at: `the container ${containerName(container)}`,
      what: "a container of this stack is to have its name, and this one is somebody else's",
      allowed: "a name that is free",
      fix: [`docker rename ${containerName(container)} <name>`],
    }));
}
