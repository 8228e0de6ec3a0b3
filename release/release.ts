import * as pulumi from "@pulumi/pulumi";
import { scriptCommand } from "../workload/command.ts";
import type { VolumeHandle } from "../workload/handles.ts";
import { runOnDocker } from "../workload/on-docker/container.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import type { Platform } from "../workload/platform.ts";
import { backendWorkload } from "./backend.ts";
import type { ReleaseIdentity } from "./identity.ts";
import type { ReleaseNote } from "./note.ts";

/** What {@link Release} needs to know. */
export interface ReleaseArgs {
  platform: Platform;
  identity: ReleaseIdentity;
  network: pulumi.Input<string>;
  /** The volume that the gateway serves frontends from. */
  frontendVolume: VolumeHandle;
  /** The volumes of its backend. */
  volumes: readonly VolumeHandle[];
  /** What must be there before the backend is, and longer. */
  databaseAccounts: pulumi.Resource;
}

/**
 * One colour's backend and frontend at one moment: the published frontend, the container, and a gate that waits for its
 * health. It never serves by itself: the route points to it when it is ready.
 */
export class Release extends pulumi.ComponentResource {
  constructor(name: string, args: ReleaseArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:release:Release", name, {}, options);
    const { platform, identity } = args;
    const backendImage = engineImage(`${name}-backend-image`, platform, identity.backendName, {
      parent: this,
    });
    const frontendImage = engineImage(`${name}-frontend-image`, platform, identity.frontendName, {
      parent: this,
    });
    const frontend = scriptCommand(
      `${name}-frontend`,
      platform,
      {
        script: "deploy/publish.ts",
        onDelete: "deploy/unpublish.ts",
        environment: {
          WEBNET_RELEASE: identity.id,
          WEBNET_NOTE: JSON.stringify(noteOf(platform, identity)),
          WEBNET_IMAGE: frontendImage,
          WEBNET_VOLUME: args.frontendVolume.name,
        },
      },
      {
        parent: this,
        dependsOn: args.frontendVolume.resource,
        // What is published never changes, whatever became of the image on the engine.
        ignoreChanges: ["environment.WEBNET_IMAGE"],
      },
    );
    const backend = runOnDocker(
      `${name}-backend`,
      platform,
      backendWorkload(platform, { color: identity.color, tag: identity.backendTag, id: identity.id }),
      { image: backendImage, network: args.network, volumes: args.volumes },
      {
        parent: this,
        // An image that can't be published is found before anything of the release runs.
        dependsOn: [frontend, args.databaseAccounts],
        // Another image is another release. The same tag pulled anew by hand must not replace what may be serving.
        ignoreChanges: ["image"],
      },
    );
    scriptCommand(
      `${name}-gate`,
      platform,
      {
        script: "deploy/gate.ts",
        onDelete: "deploy/retire.ts",
        environment: {
          WEBNET_RELEASE: identity.id,
          WEBNET_SUBJECT: `release ${identity.id}`,
          WEBNET_CONTAINER_ID: backend.id,
          WEBNET_TIMEOUT_SECONDS: String(platform.settings.backend.startTimeoutSeconds),
        },
      },
      { parent: this },
    );
    this.registerOutputs({ id: identity.id });
  }
}

function noteOf(
  platform: Platform,
  identity: ReleaseIdentity,
): Omit<ReleaseNote, "published" | "frontendImageId"> {
  return {
    release: identity.id,
    backendTag: identity.backendTag,
    frontendTag: platform.settings.colors[identity.color]?.frontendTag ?? "",
    backendImage: identity.backendName,
    frontendImage: identity.frontendName,
  };
}
