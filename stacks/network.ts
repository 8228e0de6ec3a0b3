import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { networkComponent } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { platformLabels } from "../workload/labels.ts";
import { labelList } from "../workload/on-docker/label-list.ts";

/** What {@link Network} needs to know. */
export interface NetworkArgs {
  platform: Platform;
  /** Id of an existing network, which the stack uses unchanged. Default: the stack creates one. */
  existingId?: string;
  /** Id of the engine. The state keeps it, so that no update takes another engine for this one. */
  engineId?: string | undefined;
}

/** The bridge network of all containers, on which they find each other by name. */
export class Network extends pulumi.ComponentResource {
  readonly networkName: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, options: pulumi.ComponentResourceOptions) {
    super(networkComponent, name, {}, options);
    const { platform, existingId, engineId } = args;
    const network =
      existingId === undefined
        ? new docker.Network(
            `${name}-bridge`,
            {
              name: platform.settings.network.name,
              driver: "bridge",
              labels: labelList(platformLabels(platform, "network")),
              // An engine may enable IPv6 on every new network (`default-network-opts`).
              options: { "com.docker.network.enable_ipv6": "false" },
            },
            // An existing network stays as it is, because every container is on it.
            { parent: this, ignoreChanges: ["options", "ipv6"] },
          )
        : docker.Network.get(`${name}-adopted`, existingId, {}, { parent: this });
    this.networkName = network.name;
    this.registerOutputs({ networkName: this.networkName, ...(engineId !== undefined && { engineId }) });
  }
}
