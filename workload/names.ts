// Loads nothing: the operator's commands and the scripts of a deploy find things by these names without the Pulumi SDK,
// which takes longer to load than most of them to run.
import type { Color } from "../settings/parse.ts";

/** What begins every name that the engine must keep apart between stacks. */
export function stackPrefix(stack: string): string {
  return `webnet-${stack}`;
}

/**
 * Container name of a service that runs once, which is its DNS name as well. No container has a name without the stack's
 * prefix on any network, so that two stacks on one never reach each other by mistake.
 */
export function serviceName(prefix: string, service: string): string {
  return `${prefix}-${service}`;
}

/** DNS name of the gateway on the stack's network, whichever nginx it is. */
export function gatewayHost(prefix: string): string {
  return serviceName(prefix, "gateway");
}

/** Container name and DNS name of MySQL. */
export function mysqlHost(prefix: string): string {
  return serviceName(prefix, "mysql");
}

/** DNS name of every release of a colour, of which two run while the one supersedes the other. */
export function backendAlias(prefix: string, color: Color): string {
  return `${backendHostPrefix(prefix)}${color}`;
}

/** Name of the container that holds the gateway's network and its ports. */
export function edgeContainerName(prefix: string): string {
  return serviceName(prefix, "edge");
}

/** Name of the gateway's container on a platform of an earlier webnet, which had no edge. */
export function gatewayBeforeEdge(prefix: string): string {
  return `${prefix}-gateway`;
}

/** Name of a gateway's container: for a while there are two, of which one takes the other's place. */
export function gatewayContainerName(prefix: string, gateway: string): string {
  return `${prefix}-gateway-${gateway}`;
}

/** Name of Prometheus's container, and on the stack's network. */
export function prometheusContainerName(prefix: string): string {
  return `${prefix}-prometheus`;
}

/** Container name and DNS name of a release's backend, less the release. */
export function backendHostPrefix(prefix: string): string {
  return `${prefix}-backend-`;
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

/** Name of the volume in which bodies and answers wait on disk. */
export function temporaryVolumeName(prefix: string): string {
  return `${prefix}-gateway-temporary`;
}

/** Name of a volume with data, which a setting may name otherwise. */
export function dataVolumeName(prefix: string, role: string, setting: string | undefined): string {
  return setting ?? `${prefix}-${role}`;
}

/** Name of a volume with configuration and secrets. */
export function filesVolumeName(prefix: string, purpose: string): string {
  return `${prefix}-${purpose}-files`;
}

/** The type of the component that holds the network, and notes on which engine the platform is. */
export const networkComponent = "webnet:stacks:Network";
