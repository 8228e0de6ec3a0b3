import { listenCommand } from "./asking.ts";
import { gatewayPorts, inDeadNetwork, namespaceNote, ownConfig, ownNamespace } from "./layout.ts";
import type { Health } from "../settings/index.ts";
import { edgeContainerName, gatewayHost } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import type { Workload } from "../workload/workload.ts";
import { nginxSurroundings, nobodyIsPublic } from "./pod.ts";

/**
 * Only the edge itself may do it: on another's note, nginx would take its own network for a dead one. On a full disk no
 * note can be written, and a former one would have nginx ended again and again: none says nothing.
 */
const noteNamespace = `echo "${ownNamespace}" > ${namespaceNote}.next && mv ${namespaceNote}.next ${namespaceNote} || rm -f ${namespaceNote}`;

const health: Health = { intervalSeconds: 5, timeoutSeconds: 5, retries: 3, startPeriodSeconds: 20 };

/** Says of an edge whether it was made where the kernel hands connections on. */
export const migratesLabel = "webnet.migrates";

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
 * Stands in where nobody takes connections for two checks in a row, by an nginx of its own that goes again as soon as
 * somebody does. After a crash or a reboot an engine (seen with 20.10 and 28.5) starts the containers of a pod in any order,
 * and never again one that came before its edge: that one waits for an update that concerns it, or for `recover`.
 */
const check = [
  `[ "${ownNamespace}" = "$(cat ${namespaceNote})" ] || { ${noteNamespace}; }`,
  // By its command line: one that was killed stays as a zombie, which has none, since the first process waits for nobody.
  'runs() { grep -q nginx "/proc/$(cat /tmp/nginx.pid)/cmdline"; } 2> /dev/null',
  `if ${nobodyIsPublic}; then`,
  `  if [ -e /tmp/alone ] && ! runs; then`,
  // What the edge prints is its log, as of every container.
  `    ${listenCommand("standIn")} && nginx -c ${ownConfig} > /proc/1/fd/1 2> /proc/1/fd/2`,
  "  fi",
  "  : > /tmp/alone",
  "else",
  "  rm -f /tmp/alone",
  `  if runs; then nginx -s quit -c ${ownConfig}; fi`,
  "fi",
].join("\n");

/**
 * Holds the gateway's network, its name and its published ports, and does nothing else, so that one nginx can take
 * another's place without a port ever being free. Its image is nginx's, with which it can stand in; it keeps the one that it was made of.
 */
export function edgeWorkload(platform: Platform): Workload {
  const { gateway } = platform.settings;
  return {
    name: edgeContainerName(platform.prefix),
    aliases: [gatewayHost(platform.prefix)],
    role: "edge",
    ...nginxSurroundings(platform),
    // Whoever joined this network before a restart is in one that is dead, and sees it by this note. nginx is no child
    // of the first process: its end isn't the network's.
    entrypoint: ["sh", "-c", `${noteNamespace}; exec tail -f /dev/null`],
    ports: [{ internal: gatewayPorts.public, external: gateway.httpPort, address: gateway.bindAddress }],
    sysctls: edgeSysctls(platform),
    // By this the next update knows it again: the host may get another kernel, which is no reason to make the edge anew.
    labels: { [migratesLabel]: String(platform.canMigrateConnections) },
    health: { command: ["sh", "-c", check], timing: health },
    // Room for nginx when it stands in, whatever the gateway's own limits are: another one would be another edge.
    limits: { memoryMegabytes: 128, cpus: 1 },
    // It has nothing to finish, and nobody is answered until the next one is there.
    stop: { signal: "SIGKILL", graceSeconds: 1 },
    // Its check is for the pod, which a trial has not.
    trial: { passes: "runs" },
    gap: "Until an nginx serves in its new network, about a second, nobody is answered, and open connections are cut.",
  };
}

/** Ends the nginx of this container when its network is a dead one, so that the engine starts it in the edge's new one. */
export const endInDeadNetwork = `${inDeadNetwork} && kill -TERM 1`;
