import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { configMount, frontendMount, gatewayPorts, liveConfig, nginxUid } from "../deploy/gateway/layout.ts";
import type { Route } from "../deploy/route-input.ts";
import type { ReleaseIdentity } from "../release/identity.ts";
import { lookPath, rendererDigest } from "../render/nginx.ts";
import { deployCommand } from "../workload/command.ts";
import { tmpfs, workloadContainer } from "../workload/container.ts";
import { engineImage } from "../workload/image.ts";
import { backendHostPrefix, gatewayContainerName } from "../workload/names.ts";
import { labelList, platformLabels, type Platform } from "../workload/platform.ts";
import { serviceHealth } from "../workload/workload.ts";

/** What {@link Gateway} needs to know. */
export interface GatewayArgs {
  platform: Platform;
  network: pulumi.Input<string>;
  frontendVolume: pulumi.Input<string>;
  active: ReleaseIdentity;
  standby: ReleaseIdentity | undefined;
  /** What must be healthy before the route may move. */
  releases: pulumi.Resource;
}

/**
 * nginx, and the route that tells it which release serves. The container depends on nothing that a deploy changes: a
 * switch only moves the route, by a reload.
 */
export class Gateway extends pulumi.ComponentResource {
  /** Where people reach the platform on its host. */
  readonly url: pulumi.Output<string>;
  /** Where a browser chooses a release to look at; it asks for the token. */
  readonly lookUrl: pulumi.Output<string>;
  /** Opens the guarded route, by which one release can be asked before it serves. */
  readonly guardToken: pulumi.Output<string>;

  constructor(name: string, args: GatewayArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:stacks:Gateway", name, {}, options);
    const container = this.container(name, args);
    this.guardToken = new random.RandomPassword(
      `${name}-guard-token`,
      { length: 48, special: false },
      { parent: this },
    ).result;
    const route = deployCommand(
      `${name}-route`,
      args.platform,
      {
        script: "deploy/route.ts",
        onDelete: "deploy/unroute.ts",
        environment: {
          WEBNET_GATEWAY: gatewayContainerName(args.platform.prefix),
          WEBNET_ACTIVE_RELEASE: args.active.id,
          ...(args.standby && { WEBNET_STANDBY_RELEASE: args.standby.id }),
          WEBNET_ROUTE: JSON.stringify(routeInput(args.platform), null, 1),
        },
        stdin: this.guardToken.apply((guardToken) => JSON.stringify({ guardToken })),
      },
      // Were it replaced, the old one's end would come last, and note of the new one that it was given up.
      { parent: this, dependsOn: [container, args.releases], deleteBeforeReplace: true },
    );
    this.url = pulumi.all([container.id, route.id]).apply(() => publicUrl(args.platform));
    this.lookUrl = pulumi.interpolate`${this.url}${lookPath}`;
    this.registerOutputs({ url: this.url });
  }

  private container(name: string, args: GatewayArgs): docker.Container {
    const { platform } = args;
    const { gateway, images } = platform.settings;
    const image = engineImage(`${name}-image`, platform, images.nginx, { parent: this });
    const volume = new docker.Volume(
      `${name}-config`,
      {
        name: `${platform.prefix}-gateway-config`,
        labels: labelList(platformLabels(platform, "gateway-config")),
      },
      { parent: this },
    );
    const seed = deployCommand(
      `${name}-seed`,
      platform,
      {
        script: "deploy/seed.ts",
        environment: { WEBNET_VOLUME: volume.name, WEBNET_IMAGE: image },
      },
      { parent: this },
    );
    return workloadContainer(
      name,
      platform,
      {
        name: gatewayContainerName(platform.prefix),
        aliases: ["gateway"],
        role: "gateway",
        image,
        user: `${nginxUid}:${nginxUid}`,
        entrypoint: ["nginx", "-c", liveConfig, "-g", "daemon off;"],
        mounts: [
          { kind: "volume", source: volume.name, target: configMount, readOnly: false },
          { kind: "volume", source: args.frontendVolume, target: frontendMount, readOnly: true },
        ],
        tmpfs: {
          "/tmp": tmpfs(64),
          "/var/cache/nginx": tmpfs(256, `mode=0700,uid=${nginxUid},gid=${nginxUid}`),
        },
        ports: [{ internal: gatewayPorts.public, external: gateway.httpPort, address: gateway.bindAddress }],
        health: {
          command: ["curl", "-fsS", "-o", "/dev/null", `http://127.0.0.1:${gatewayPorts.internal}/healthz`],
          timing: serviceHealth,
        },
        limits: gateway.limits,
        // SIGQUIT lets nginx finish what runs, for as long as a drain may take. Not for as long as its superseded workers
        // are kept for: nothing tells the streams to end here, and another stop time of the backend, on which that
        // depends, must not make the gateway anew.
        stop: { signal: "SIGQUIT", graceSeconds: gateway.drainSeconds + 5 },
      },
      args.network,
      { parent: this, dependsOn: seed },
    );
  }
}

function routeInput(platform: Platform): Route {
  const { backend, domain, gateway } = platform.settings;
  return {
    serverName: domain,
    backendHostPrefix: backendHostPrefix(platform.prefix),
    keptReleases: gateway.keptReleases,
    canaryPercent: gateway.canaryPercent,
    drainSeconds: gateway.drainSeconds,
    backendStopSeconds: backend.stopSeconds,
    clientMaxBodyMegabytes: gateway.clientMaxBodyMegabytes,
    resolver: "127.0.0.11",
    smoke: {
      checks: gateway.smoke.paths.map((check) => (typeof check === "string" ? { path: check } : check)),
      attempts: gateway.smoke.attempts,
      timeoutSeconds: gateway.smoke.timeoutSeconds,
    },
    renderer: rendererDigest(),
  };
}

function publicUrl(platform: Platform): string {
  const { domain, gateway } = platform.settings;
  const host = gateway.bindAddress.startsWith("127.") ? gateway.bindAddress : domain;
  return `http://${host}${gateway.httpPort === 80 ? "" : `:${gateway.httpPort}`}`;
}
