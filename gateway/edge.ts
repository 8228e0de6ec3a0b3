import type * as pulumi from "@pulumi/pulumi";
import { configMount, gatewayPorts, namespaceNote, nginxUid } from "../deploy/gateway/layout.ts";
import { edgeContainerName } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { serviceHealth, type Workload } from "../workload/workload.ts";

const ownNamespace = "$(readlink /proc/self/ns/net)";
/** Only the edge itself may do it: on another's note, nginx would take its own network for a dead one. */
const noteNamespace = `echo "${ownNamespace}" > ${namespaceNote}.next && mv ${namespaceNote}.next ${namespaceNote}`;

/** What one kernel has and another lacks, as `sysctls` of the edge. */
export function edgeSysctls(platform: Platform): Record<string, string> {
  return {
    // nginx runs without any right and listens on a port below 1024.
    "net.ipv4.ip_unprivileged_port_start": "0",
    // What a closing socket has of connections goes to the other nginx's. An older kernel resets those, about one in
    // 30,000 of a gateway that is replaced under load.
    ...(platform.canMigrateConnections && { "net.ipv4.tcp_migrate_req": "1" }),
  };
}

/**
 * Holds the gateway's network, its name and its published ports, and does nothing else, so that one nginx can take
 * another's place without a port ever being free. Its image is nginx's, since that is on the engine in any case; it keeps
 * the one that it was made of.
 *
 * @param volume name of the volume with the gateway's configuration
 */
export function edgeWorkload(
  platform: Platform,
  image: pulumi.Input<string>,
  volume: pulumi.Input<string>,
): Workload {
  const { gateway } = platform.settings;
  return {
    name: edgeContainerName(platform.prefix),
    aliases: ["gateway"],
    role: "edge",
    image,
    user: `${nginxUid}:${nginxUid}`,
    // Whoever joined this network before a restart is in one that is dead, and sees it by this note.
    entrypoint: ["sh", "-c", `${noteNamespace}; exec tail -f /dev/null`],
    mounts: [{ kind: "volume", source: volume, target: configMount, readOnly: false }],
    ports: [{ internal: gatewayPorts.public, external: gateway.httpPort, address: gateway.bindAddress }],
    sysctls: edgeSysctls(platform),
    health: {
      command: ["sh", "-c", `[ "${ownNamespace}" = "$(cat ${namespaceNote})" ]`],
      timing: serviceHealth,
    },
    limits: { memoryMegabytes: 16, cpus: 0.1 },
    // It has nothing to finish, and nobody is answered until the next one is there.
    stop: { signal: "SIGKILL", graceSeconds: 1 },
  };
}

/** Ends the nginx of this container when its network is a dead one, so that the engine starts it in the edge's new one. */
export const endInDeadNetwork = [
  `note=$(cat ${namespaceNote})`,
  '[ -n "$note" ]',
  `[ "$note" != "${ownNamespace}" ]`,
  "kill -TERM 1",
].join(" && ");
