import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { gatewayGateScript, handoverScript, routeScript, type Route } from "../contract/gateway.ts";
import { seedScript, temporaryScript } from "../contract/volumes.ts";
import { edgeWorkload } from "../gateway/edge.ts";
import { identifyGateway, nginxWorkload } from "../gateway/nginx.ts";
import type { ReleaseIdentity } from "../release/identity.ts";
import { lookPath, rendererDigest, toldOf } from "../render/nginx.ts";
import { publicUrl } from "../settings/public-url.ts";
import { scriptCommand } from "../workload/command.ts";
import { gapNotice } from "../workload/gap-notice.ts";
import type { VolumeHandle } from "../workload/handles.ts";
import {
  backendHostPrefix,
  configVolumeName,
  gatewayBeforeEdge,
  gatewayContainerName,
  temporaryVolumeName,
} from "../workload/names.ts";
import { isMadeAnew, runOnDocker } from "../workload/on-docker/container.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import { ownVolume } from "../workload/on-docker/volume.ts";
import type { Platform } from "../workload/platform.ts";

const gapBeforeEdge =
  "An edge takes its ports over, once and for all. Until an nginx serves in the edge's network, some seconds, nobody is " +
  "answered, and open connections are cut.";

/** What {@link Gateway} needs to know. */
export interface GatewayArgs {
  platform: Platform;
  network: pulumi.Input<string>;
  frontendVolume: VolumeHandle;
  /** Volume in which a switch tells the backends which release serves. */
  servingVolume: VolumeHandle;
  active: ReleaseIdentity;
  standby: ReleaseIdentity | undefined;
  /** What must be healthy before the route may move. */
  releases: pulumi.Resource;
}

/**
 * The edge with the ports, nginx in its network, and the route that tells nginx which release serves. No container of it
 * depends on anything that a deploy changes: a switch only moves the route, by a reload.
 */
export class Gateway extends pulumi.ComponentResource {
  /** Where people reach the platform on its host. */
  readonly url: pulumi.Output<string>;
  /** Where a browser chooses a release to look at; it asks for the token. */
  readonly lookUrl: pulumi.Output<string>;
  /** Name of the container of the nginx that serves. */
  readonly container: pulumi.Output<string>;
  /** Opens the guarded route, by which one release can be asked before it serves. */
  readonly guardToken: pulumi.Output<string>;

  constructor(name: string, args: GatewayArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:stacks:Gateway", name, {}, options);
    const gateway = identifyGateway(args.platform);
    const nginx = this.nginx(name, gateway, args);
    this.guardToken = new random.RandomPassword(
      `${name}-guard-token`,
      { length: 48, special: false },
      { parent: this },
    ).result;
    const route = scriptCommand(
      `${name}-route`,
      args.platform,
      routeScript,
      {
        gateway,
        activeRelease: args.active.id,
        standbyRelease: args.standby?.id,
        route: routeInput(args.platform),
        stdin: this.guardToken.apply((guardToken) => ({ guardToken })),
      },
      // Were it replaced, the old one's end would come last, and note of the new one that it was given up.
      { parent: this, dependsOn: [nginx, args.releases], deleteBeforeReplace: true },
    );
    this.url = route.id.apply(() => publicUrl(args.platform.settings));
    this.container = route.id.apply(() => gatewayContainerName(args.platform.prefix, gateway));
    this.lookUrl = pulumi.interpolate`${this.url}${lookPath}`;
    this.registerOutputs({ url: this.url });
  }

  /** nginx with what it stands on; yields the gate that a good one has passed. */
  private nginx(name: string, gateway: string, args: GatewayArgs): pulumi.Resource {
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
    const temporary = temporaryVolume(`${name}-temporary`, platform, image, this);
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
      // An edge that is made anew, as for another port, leaves its nginx without a network, and nobody is answered until
      // another one is there: whatever else an update may fail by comes first.
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
        // It only holds a network: a new nginx isn't worth the gap of another one.
        ignoreChanges: ["image"],
        // What was the gateway before there was an edge holds the ports, and goes first.
        aliases: [{ name }],
      },
    );
    const container = runOnDocker(
      `${name}-nginx-${gateway}`,
      platform,
      nginxWorkload(platform, gateway),
      { image, network, volumes: [...volumes, args.servingVolume] },
      {
        parent: this,
        dependsOn: edge.resource,
        // The engine answers with the edge's id. The image follows from the gateway's name, as a release's does.
        ignoreChanges: ["networkMode", "image"],
      },
    );
    return scriptCommand(
      `${name}-nginx-${gateway}-gate`,
      platform,
      gatewayGateScript,
      { gateway, containerId: container.id },
      { parent: this },
    );
  }
}

/**
 * Where bodies and answers wait on disk. nginx takes a name that nobody has for each, and removes it at once, so that two
 * gateways may share it and one that is killed leaves nothing behind.
 */
function temporaryVolume(
  name: string,
  platform: Platform,
  image: pulumi.Input<string>,
  parent: pulumi.Resource,
): VolumeHandle {
  const volume = ownVolume(
    name,
    platform,
    { name: temporaryVolumeName(platform.prefix), role: "gateway-temporary" },
    parent,
  );
  const writable = scriptCommand(
    `${name}-owner`,
    platform,
    temporaryScript,
    { volume: volume.name, image },
    { parent, dependsOn: volume.resource },
  );
  return { name: volume.name, resource: writable };
}

function routeInput({ settings, prefix }: Platform): Route {
  const { gateway } = settings;
  const { serverName, backendHostPrefix: hosts, ...told } = toldOf(settings, backendHostPrefix(prefix));
  return {
    // In this order of old: it is a text to Pulumi, and another order would be another text.
    serverName,
    backendHostPrefix: hosts,
    keptReleases: gateway.keptReleases,
    canaryPercent: gateway.canaryPercent,
    ...told,
    smoke: {
      checks: gateway.smoke.paths.map((check) => (typeof check === "string" ? { path: check } : check)),
      attempts: gateway.smoke.attempts,
      timeoutSeconds: gateway.smoke.timeoutSeconds,
    },
    renderer: rendererDigest(),
  };
}
