// Loads nothing: the operator's commands and the scripts of a deploy find things by these names without the Pulumi SDK,
// which takes longer to load than most of them to run.

/** What begins every name that the engine must keep apart between stacks. */
export function stackPrefix(stack: string): string {
  return `webnet-${stack}`;
}

/** Name of the container that holds the gateway's network and its ports. */
export function edgeContainerName(prefix: string): string {
  return `${prefix}-edge`;
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

/** Name of a volume with configuration and secrets. */
export function filesVolumeName(prefix: string, purpose: string): string {
  return `${prefix}-${purpose}-files`;
}

/** The type of the component that holds the network, and notes on which engine the platform is. */
export const networkComponent = "webnet:stacks:Network";
