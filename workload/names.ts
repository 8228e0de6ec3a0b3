// Loads nothing: the operator's commands and the scripts of a deploy use these names without the Pulumi SDK, which
// takes longer to load than most of them take to run.
import type { Color } from "../settings/color.ts";
import { certbotFacts, mysqlFacts, monitoringFacts } from "../settings/services.ts";
import { roles } from "./labels.ts";

/** The prefix of every name that must differ between the stacks of an engine. */
export function stackPrefix(stack: string): string {
  return `webnet-${stack}`;
}

/**
 * Container name and DNS name of a service that runs once. On a network that stacks may share, every name has the
 * stack's prefix: two stacks never reach each other by mistake.
 */
export function serviceName(prefix: string, service: string): string {
  return `${prefix}-${service}`;
}

/** DNS name of the gateway on the stack's network, whichever nginx it is. */
export function gatewayHost(prefix: string): string {
  return serviceName(prefix, roles.gateway);
}

/** Container name and DNS name of MySQL. */
export function mysqlHost(prefix: string): string {
  return serviceName(prefix, mysqlFacts.role);
}

/** DNS name of every release of a colour. Two run while one supersedes the other. */
export function backendAlias(prefix: string, color: Color): string {
  return `${backendHostPrefix(prefix)}${color}`;
}

/** Name of the container that holds the gateway's network and its ports. */
export function edgeContainerName(prefix: string): string {
  return serviceName(prefix, roles.edge);
}

/** Name of the gateway's container on a platform of an earlier webnet, which had no edge. */
export function gatewayBeforeEdge(prefix: string): string {
  return serviceName(prefix, roles.gateway);
}

/** Name of a gateway's container. Two exist while one replaces the other. */
export function gatewayContainerName(prefix: string, gateway: string): string {
  return serviceName(prefix, `${roles.gateway}-${gateway}`);
}

/** Container name and DNS name of Prometheus. */
export function prometheusContainerName(prefix: string): string {
  return serviceName(prefix, monitoringFacts.prometheus.role);
}

/** Container name and DNS name of a release's backend, without the release's id. */
export function backendHostPrefix(prefix: string): string {
  return serviceName(prefix, `${roles.release}-`);
}

/**
 * What follows a release's name in the name of one of its containers: nothing for the first one, so that a release with
 * one container is as it always was.
 */
export function replicaSuffix(replica: number): string {
  return replica === 1 ? "" : `-${replica}`;
}

/**
 * Names of a release's containers, which are their names in the DNS too.
 *
 * @param hostPrefix as of {@link backendHostPrefix}
 */
export function replicaHosts(hostPrefix: string, release: string, replicas: number): string[] {
  return replicaNumbers(replicas).map((replica) => `${hostPrefix}${release}${replicaSuffix(replica)}`);
}

/** The numbers of a release's containers. */
export function replicaNumbers(replicas: number): number[] {
  return Array.from({ length: replicas }, (_, at) => at + 1);
}

/** Name of the volume with the frontends of all releases. */
export function frontendVolumeName(prefix: string): string {
  return `${prefix}-frontends`;
}

/** Name of the volume that tells the backends which release serves. */
export function servingVolumeName(prefix: string): string {
  return `${prefix}-serving`;
}

/** Name of the volume with the gateway's configuration. */
export function configVolumeName(prefix: string): string {
  return `${prefix}-gateway-config`;
}

/** Name of the volume where request bodies and answers wait on disk. */
export function temporaryVolumeName(prefix: string): string {
  return `${prefix}-gateway-temporary`;
}

/** Name of the volume by which certbot answers an authority, and offers certificates to the gateway. */
export function acmeVolumeName(prefix: string): string {
  return `${prefix}-acme`;
}

/** Container name and DNS name of what gets certificates by ACME. */
export function certbotContainerName(prefix: string): string {
  return serviceName(prefix, certbotFacts.role);
}

/** Name of a volume with data; a setting may give another name. */
export function dataVolumeName(prefix: string, role: string, setting: string | undefined): string {
  return setting ?? `${prefix}-${role}`;
}

/** Where a container has its secrets. */
export const secretsDirectory = "/run/secrets";

/** Name of a volume with configuration and secrets. */
export function filesVolumeName(prefix: string, purpose: string): string {
  return `${prefix}-${purpose}-files`;
}

/** The type of the component that holds the network and records the engine's id. */
export const networkComponent = "webnet:stacks:Network";
