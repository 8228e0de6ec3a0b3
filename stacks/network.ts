import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { networkComponent } from "../workload/names.ts";
import { labelList, platformLabels, type Platform } from "../workload/platform.ts";

/** What {@link Network} needs to know. */
export interface NetworkArgs {
  platform: Platform;
  /** Id of a network that is there already and is to be used as it is; without it one is made. */
  existingId?: string;
  /** Which engine it is on: noted in the state, so that no other one is taken for it. */
  engineId?: string | undefined;
}

/** The bridge network that every container is on, and on which they find each other by name. */
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
              // An engine may give it to every new network (`default-network-opts`).
              options: { "com.docker.network.enable_ipv6": "false" },
            },
            // One that is there stays as it is: all that runs is on it.
            { parent: this, ignoreChanges: ["options", "ipv6"] },
          )
        : docker.Network.get(`${name}-adopted`, existingId, {}, { parent: this });
    this.networkName = network.name;
    this.registerOutputs({ networkName: this.networkName, ...(engineId !== undefined && { engineId }) });
  }
}
