import { listenCommand } from "./asking.ts";
import { gatewayPorts, inDeadNetwork, namespaceNote, ownConfig, ownNamespace } from "./layout.ts";
import { pidFile } from "../render/nginx.ts";
import type { Health, Settings } from "../settings/index.ts";
import { edgeContainerName, gatewayHost } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import type { PublishedPort, Workload } from "../workload/workload.ts";
import { nginxSurroundings, nobodyIsPublic } from "./pod.ts";
import { roles } from "../workload/labels.ts";

/**
 * Only the edge may write this note: after another container's, nginx would take its own network for dead. If the disk
 * is full, the edge removes the note: nginx ignores a missing one, but an outdated one would end it again and again.
 */
const noteNamespace = `echo "${ownNamespace}" > ${namespaceNote}.next && mv ${namespaceNote}.next ${namespaceNote} || rm -f ${namespaceNote}`;

const health: Health = { intervalSeconds: 5, timeoutSeconds: 5, retries: 3, startPeriodSeconds: 20 };

/** The edge's label that says whether the kernel could hand connections on when the edge was created. */
export const migratesLabel = "webnet.migrates";

/** The edge's `sysctls`, which depend on the kernel. */
function edgeSysctls(platform: Platform): Record<string, string> {
  return {
    // nginx has no capabilities and listens on a port below 1024.
    "net.ipv4.ip_unprivileged_port_start": "0",
    // The kernel hands the waiting connections of a closing socket to the other nginx. An older kernel resets them:
    // about one in 30,000 when a gateway is replaced under load.
    ...(platform.canMigrateConnections && { "net.ipv4.tcp_migrate_req": "1" }),
  };
}

/**
 * If no nginx takes connections for two checks in a row, the edge starts its own, which ends as soon as another takes
 * them. After a crash or a reboot an engine (seen with 20.10 and 28.5) starts the containers of a pod in any order. It
 * never retries a container that came before its edge: that one waits for an update that concerns it, or for `recover`.
 */
const check = [
  `[ "${ownNamespace}" = "$(cat ${namespaceNote})" ] || { ${noteNamespace}; }`,
  // Reads the command line: a killed nginx stays as a zombie, because the first process reaps none. A zombie has no
  // command line.
  `runs() { grep -q nginx "/proc/$(cat ${pidFile})/cmdline"; } 2> /dev/null`,
  `if ${nobodyIsPublic}; then`,
  `  if [ -e /tmp/alone ] && ! runs; then`,
  // Writes to the container's output, so that `docker logs` shows it.
  `    ${listenCommand("standIn")} && nginx -c ${ownConfig} > /proc/1/fd/1 2> /proc/1/fd/2`,
  "  fi",
  "  : > /tmp/alone",
  "else",
  "  rm -f /tmp/alone",
  `  if runs; then nginx -s quit -c ${ownConfig}; fi`,
  "fi",
].join("\n");

/**
 * The edge only holds the gateway's network, name and published ports, so that one nginx can replace another while the
 * ports stay bound. It runs nginx's image, so that it can stand in, and keeps the image that it was created with.
 */
export function edgeWorkload(platform: Platform): Workload {
  const { gateway } = platform.settings;
  return {
    name: edgeContainerName(platform.prefix),
    aliases: [gatewayHost(platform.prefix)],
    role: roles.edge,
    ...nginxSurroundings(platform),
    // Each start has a new network. An nginx that joined the one before is in a dead network, and sees it by this note.
    // The stand-in nginx is not the first process, so its end does not end the network.
    entrypoint: ["sh", "-c", `${noteNamespace}; exec tail -f /dev/null`],
    ports: publicPorts(gateway),
    sysctls: edgeSysctls(platform),
    // The next update reads this label: a new kernel on the host is no reason to replace the edge.
    labels: { [migratesLabel]: String(platform.canMigrateConnections) },
    health: { command: ["sh", "-c", check], timing: health },
    // Enough for nginx when it stands in. Not the gateway's own limits: changing those would replace the edge.
    limits: { memoryMegabytes: 128, cpus: 1 },
    // It has nothing to finish, and clients get no answer until the next edge and nginx run.
    stop: { signal: "SIGKILL", graceSeconds: 1 },
    // Its health check needs the pod, which a trial does not have.
    trial: { passes: "runs" },
    gap: "Until an nginx serves in its new network, about a second, nobody is answered, and open connections are cut.",
  };
}

/** The ports that clients come by. */
function publicPorts({ httpPort, tls, bindAddress: address }: Settings["gateway"]): PublishedPort[] {
  return [
    { internal: gatewayPorts.public, external: httpPort, address },
    ...(tls === undefined ? [] : [{ internal: gatewayPorts.tls, external: tls.httpsPort, address }]),
  ];
}

/**
 * Shell command that ends this container's nginx if its network is dead. The engine then starts it in the edge's new
 * one.
 */
export const endInDeadNetwork = `${inDeadNetwork} && kill -TERM 1`;
