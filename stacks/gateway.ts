import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { gatewayGateScript, handoverScript, routeScript, type Route } from "../contract/gateway.ts";
import { seedScript } from "../contract/volumes.ts";
import { authorityText } from "../certificate/files.ts";
import { edgeWorkload } from "../gateway/edge.ts";
import { identifyGateway, nginxWorkload } from "../gateway/nginx.ts";
import { toldDigest } from "../gateway/route-note.ts";
import type { ReleaseIdentity } from "../release/identity.ts";
import { lookPath, rendererDigest, toldOf } from "../render/nginx.ts";
import { acmeVolume, Certbot, installedCertificate } from "../services/certificates.ts";
import { prometheusPort } from "../services/prometheus.ts";
import { publicUrl } from "../settings/public-url.ts";
import { scriptCommand } from "../workload/command.ts";
import { mustMoveAgain } from "../workload/found-route.ts";
import { gapNotice } from "../workload/gap-notice.ts";
import type { VolumeHandle } from "../workload/handles.ts";
import {
  backendHostPrefix,
  configVolumeName,
  gatewayBeforeEdge,
  gatewayContainerName,
  prometheusContainerName,
  temporaryVolumeName,
} from "../workload/names.ts";
import { isMadeAnew, runOnDocker } from "../workload/on-docker/container.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import { ownVolume } from "../workload/on-docker/volume.ts";
import { writableVolume } from "../workload/on-docker/writable.ts";
import type { Platform } from "../workload/platform.ts";

const gapBeforeEdge =
  "An edge takes its ports over, once and for all. Until an nginx serves in the edge's network, some seconds, nobody is " +
  "answered, and open connections are cut.";

const routeLeft =
  "An earlier update has not finished with the gateway's route: it was killed, or still runs, or the state is older than " +
  "the route. An update moves the route to what the config says, although nothing else may have changed.";

/** What {@link Gateway} needs to know. */
export interface GatewayArgs {
  platform: Platform;
  network: pulumi.Input<string>;
  frontendVolume: VolumeHandle;
  /** Volume in which a switch notes which release serves, for the backends. */
  servingVolume: VolumeHandle;
  active: ReleaseIdentity;
  standby: ReleaseIdentity | undefined;
  /** The releases, which must be healthy before the route may move. */
  releases: pulumi.Resource;
}

/**
 * The edge with the ports, nginx in its network, and the route that tells nginx which release serves. No container here
 * depends on anything that a deploy changes: a switch only moves the route, by a reload.
 */
export class Gateway extends pulumi.ComponentResource {
  /** The platform's address on its host. */
  readonly url: pulumi.Output<string>;
  /** The address where a browser chooses a release to look at; it asks for the token. */
  readonly lookUrl: pulumi.Output<string>;
  /** Name of the serving nginx's container. */
  readonly container: pulumi.Output<string>;
  /** Token for the guarded route, by which a request can reach a release before it serves. */
  readonly guardToken: pulumi.Output<string>;

  constructor(name: string, args: GatewayArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:stacks:Gateway", name, {}, options);
    const gateway = identifyGateway(args.platform);
    const { platform, network } = args;
    const { gate: nginx, shared } = this.nginx(name, gateway, args);
    this.guardToken = new random.RandomPassword(
      `${name}-guard-token`,
      { length: 48, special: false },
      { parent: this },
    ).result;
    const told = {
      gateway,
      activeRelease: args.active.id,
      standbyRelease: args.standby?.id,
      route: routeInput(platform),
    };
    const own = { parent: this, dependsOn: nginx };
    const certificate = installedCertificate(`${name}-certificate`, platform, gateway, own);
    const repairs = routeRepairs(platform, toldDigest(told));
    const route = scriptCommand(
      `${name}-route`,
      platform,
      routeScript,
      {
        ...told,
        repairs: repairs > 0 ? repairs : undefined,
        stdin: secretsOf(platform, this.guardToken),
      },
      // Delete first: otherwise the old command's delete would run last, and note that the new route was given up.
      { parent: this, dependsOn: [nginx, args.releases, ...certificate], deleteBeforeReplace: true },
    );
    const { tls } = platform.settings.gateway;
    if (tls?.certificate === "acme")
      new Certbot(
        `${name}-certbot`,
        { platform, acme: tls.acme, network, shared, seal: this.guardToken },
        { parent: this, dependsOn: route },
      );
    this.url = route.id.apply(() => publicUrl(platform.settings));
    this.container = route.id.apply(() => gatewayContainerName(platform.prefix, gateway));
    this.lookUrl = pulumi.interpolate`${this.url}${lookPath}`;
    this.registerOutputs({ url: this.url });
  }

  /** Creates nginx and everything it needs. Returns the gate, which only a good nginx passes, and what certbot shares. */
  private nginx(
    name: string,
    gateway: string,
    args: GatewayArgs,
  ): { gate: pulumi.Resource; shared: VolumeHandle[] } {
    const { platform, network } = args;
    const image = engineImage(`${name}-image`, platform, platform.settings.images.nginx, { parent: this });
    const volume = ownVolume(
      `${name}-config`,
      platform,
      { name: configVolumeName(platform.prefix), role: "gateway-config" },
      this,
    );
    const seed = scriptCommand(
      `${name}-seed`,
      platform,
      seedScript,
      { volume: volume.name, image },
      { parent: this, dependsOn: volume.resource },
    );
    // nginx gives each file there an unused name and removes the name at once, so two gateways can share the volume, and
    // a killed one leaves nothing behind.
    const temporary = writableVolume(
      `${name}-temporary`,
      platform,
      image,
      ownVolume(
        `${name}-temporary`,
        platform,
        { name: temporaryVolumeName(platform.prefix), role: "gateway-temporary" },
        this,
      ),
      this,
    );
    const shared = acmeVolume(`${name}-acme`, platform, image, this);
    const volumes = [{ name: volume.name, resource: seed }, args.frontendVolume, temporary];
    const workload = edgeWorkload(platform);
    const before = gatewayBeforeEdge(platform.prefix);
    const isBeforeEdge = platform.running?.has(before) === true;
    if (isBeforeEdge && pulumi.runtime.isDryRun()) void pulumi.log.warn(gapNotice(before, gapBeforeEdge));
    const hasGap = isBeforeEdge || isMadeAnew(platform, workload);
    const handover = scriptCommand(
      `${name}-handover`,
      platform,
      handoverScript,
      { volume: volume.name, image, beforeEdge: before },
      // A replaced edge, as for another port, leaves its nginx without a network, and clients get no answer until a new
      // nginx serves. So everything else that may fail an update comes first.
      { parent: this, dependsOn: hasGap ? [seed, args.releases] : seed },
    );
    const edge = runOnDocker(
      `${name}-edge`,
      platform,
      workload,
      { image, network, volumes },
      {
        parent: this,
        dependsOn: handover,
        // The edge only holds a network: a new nginx image is not worth the gap of replacing it.
        ignoreChanges: ["image"],
        // The gateway of an earlier webnet, before there was an edge, holds the ports. By its name Pulumi deletes it
        // first.
        aliases: [{ name }],
      },
    );
    const container = runOnDocker(
      `${name}-nginx-${gateway}`,
      platform,
      nginxWorkload(platform, gateway),
      { image, network, volumes: [...volumes, args.servingVolume, ...shared] },
      {
        parent: this,
        dependsOn: edge.resource,
        // The engine reports networkMode with the edge's id, not its name. Another image is another gateway by name, as
        // with a release.
        ignoreChanges: ["networkMode", "image"],
      },
    );
    const gate = scriptCommand(
      `${name}-nginx-${gateway}-gate`,
      platform,
      gatewayGateScript,
      { gateway, containerId: container.id, processes: container.processes },
      { parent: this },
    );
    return { gate, shared };
  }
}

function secretsOf({ settings }: Platform, guardToken: pulumi.Output<string>) {
  const { gatewayPasswords: passwords } = settings;
  const known = passwords === undefined ? {} : { passwords };
  return pulumi.secret(guardToken).apply((token) => ({ guardToken: token, ...known }));
}

/** How often the step has run although it was told the same, with the run that this update needs. */
function routeRepairs({ route }: Platform, wanted: string): number {
  if (route === undefined) return 0;
  const again = mustMoveAgain(route, wanted);
  if (again) void pulumi.log.warn(routeLeft);
  return (route.recorded?.repairs ?? 0) + (again ? 1 : 0);
}

function routeInput({ settings, prefix }: Platform): Route {
  const { gateway } = settings;
  const {
    serverName,
    backendHostPrefix: hosts,
    ...told
  } = toldOf(settings, backendHostPrefix(prefix), {
    prometheus: { host: prometheusContainerName(prefix), port: prometheusPort },
    authorityText,
  });
  return {
    // Keep this order: Pulumi compares the route as text, and another order would be a change.
    serverName,
    backendHostPrefix: hosts,
    keptReleases: gateway.keptReleases,
    canaryPercent: gateway.canaryPercent,
    ...told,
    smoke: {
      checks: asChecks(gateway.smoke.paths),
      attempts: gateway.smoke.attempts,
      timeoutSeconds: gateway.smoke.timeoutSeconds,
      ...aloneChecks(gateway.smoke.alone),
    },
    renderer: rendererDigest(told),
  };
}

type Smoke = Platform["settings"]["gateway"]["smoke"];

function asChecks(paths: Smoke["paths"]): Route["smoke"]["checks"] {
  return paths.map((check) => (typeof check === "string" ? { path: check } : check));
}

/** Left out while every colour has both parts, so that nothing changes there. */
function aloneChecks({ blue, green }: Smoke["alone"]): Pick<Route["smoke"], "alone"> {
  if (blue === undefined && green === undefined) return {};
  return { alone: { ...(blue && { blue: asChecks(blue) }), ...(green && { green: asChecks(green) }) } };
}
