import { listenCommand } from "./asking.ts";
import { noteCurves } from "./curves.ts";
import { fallBackAtStart } from "./certificate-at-start.ts";
import { acmeMount, internalSocket, ownConfig } from "./layout.ts";
import { noteHostProxy } from "./host-proxy.ts";
import { gatewayLabel } from "./live.ts";
import { takeOffer } from "./take-offer.ts";
import { logMemory, runWithLogs, stopSeconds, type NginxRun } from "./log-lines.ts";
import { alertsFile, fewPath, fullPath } from "../render/nginx.ts";
import { servingDirectory } from "../release/serving.ts";
import { logMegabytes } from "../settings/bounds.ts";
import type { Health } from "../settings/index.ts";
import { trustsHost } from "../settings/schema/proxies.ts";
import { digestOf } from "../workload/digest.ts";
import {
  acmeVolumeName,
  edgeContainerName,
  gatewayContainerName,
  servingVolumeName,
} from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { specDigest, specOf } from "../workload/spec.ts";
import type { Workload } from "../workload/workload.ts";
import { edgeWorkload, endInDeadNetwork } from "./edge.ts";
import { nginxSurroundings, nobodyIsPublic } from "./pod.ts";
import { roles } from "../workload/labels.ts";

/** Short intervals: this check brings nginx back after the edge has ended. */
const health: Health = { intervalSeconds: 5, timeoutSeconds: 5, retries: 3, startPeriodSeconds: 20 };

/**
 * If another nginx serves, this one starts without taking connections, until the route command has found it good. If
 * none serves, as after a reboot, it takes connections at once.
 */
const start = (
  run: Omit<NginxRun, "command">,
  { notesHost, speaksTls }: { notesHost: boolean; speaksTls: boolean },
): string =>
  [
    ...(notesHost ? noteHostProxy : []),
    ...(speaksTls ? [...noteCurves, ...fallBackAtStart] : []),
    `if ${nobodyIsPublic}; then ${listenCommand("public")}; else ${listenCommand("quiet")}; fi`,
    ...runWithLogs({ ...run, command: `nginx -c ${ownConfig} -g 'daemon off;'` }),
  ].join("\n");

/**
 * Ends nginx, so that the engine restarts it, if a worker was killed, for example for lack of memory, and nginx would
 * answer 429 to every client in two checks in a row. nginx counts a killed worker's requests for ever. If no worker was
 * killed, nginx is simply busy. So it is if hardly any request has counted at some time since: what counts for ever
 * counts at any time.
 */
const endIfStuck = [
  `ask() { curl -s -o /dev/null -w '%{http_code}' --max-time 2 --unix-socket ${internalSocket} "http://localhost$1"; }`,
  `if grep -qs 'exited on signal' ${alertsFile}; then : > /tmp/killed; fi`,
  // The file must not fill the memory directory that it is in.
  `: > ${alertsFile}`,
  `if [ -e /tmp/killed ] && [ "$(ask ${fewPath})" = 200 ]; then rm -f /tmp/killed; fi`,
  `if [ -e /tmp/killed ] && [ "$(ask ${fullPath})" = 429 ]; then`,
  "  if [ -e /tmp/full ]; then kill -TERM 1; exit 1; fi",
  "  : > /tmp/full",
  "else",
  "  rm -f /tmp/full",
  "fi",
].join("\n");

/** @param takesOffers whether certificates come by ACME */
const check = (takesOffers: boolean): string =>
  [
    `curl -fsS -o /dev/null --max-time 2 --unix-socket ${internalSocket} http://localhost/healthz || exit 1`,
    `if ${endInDeadNetwork}; then exit 1; fi`,
    endIfStuck,
    ...(takesOffers ? [takeOffer] : []),
    // The nginx that served has ended before this one has taken over.
    `if ${nobodyIsPublic}; then ${listenCommand("public")} && nginx -s reload -c ${ownConfig}; fi`,
  ].join("\n");

/** nginx in the edge's network. */
export function nginxWorkload(platform: Platform, gateway: string): Workload {
  const surroundings = nginxSurroundings(platform);
  const { limits, drainSeconds, tls, trustedProxies } = platform.settings.gateway;
  const isByAcme = tls?.certificate === "acme";
  const run = {
    logMegabytes: logMegabytes(limits.memoryMegabytes),
    // For as long as a drain may take. Not for as long as nginx keeps superseded workers: nothing tells the streams to
    // end here, and an update would wait for them.
    endSeconds: drainSeconds + 5,
  };
  return {
    name: gatewayContainerName(platform.prefix, gateway),
    aliases: [],
    // By name: with the edge's id, Pulumi would delete this container before it could create another edge.
    joins: edgeContainerName(platform.prefix),
    role: roles.gateway,
    labels: { [gatewayLabel]: gateway },
    ...surroundings,
    entrypoint: [
      "sh",
      "-c",
      start(run, {
        notesHost: trustsHost(trustedProxies),
        speaksTls: tls !== undefined,
      }),
    ],
    memory: { ...surroundings.memory, ...logMemory(run.logMegabytes) },
    mounts: [
      ...surroundings.mounts,
      // A switch writes here which release serves, for the backends.
      {
        kind: "volume",
        source: servingVolumeName(platform.prefix),
        target: servingDirectory,
        readOnly: false,
      },
      ...(isByAcme
        ? [
            {
              kind: "volume" as const,
              source: acmeVolumeName(platform.prefix),
              target: acmeMount,
              readOnly: true,
            },
          ]
        : []),
    ],
    health: { command: ["sh", "-c", check(isByAcme)], timing: health },
    limits,
    // SIGQUIT lets nginx finish its requests.
    stop: { signal: "SIGQUIT", graceSeconds: stopSeconds(run) },
  };
}

/**
 * Names the gateway by a hash of its description, as with a release. Any change that would replace its container, or
 * the edge that it joins, gives another gateway, which serves before the old one goes.
 */
export function identifyGateway(platform: Platform): string {
  const { nginx } = platform.settings.images;
  return digestOf({
    image: nginx,
    known: platform.images.nginx,
    nginx: specDigest(specOf(platform, nginxWorkload(platform, ""))),
    edge: specDigest(specOf(platform, edgeWorkload(platform))),
  });
}
