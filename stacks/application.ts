import * as pulumi from "@pulumi/pulumi";
import { backendUid } from "../release/backend.ts";
import { deployedColors, identifyRelease, type ReleaseIdentity } from "../release/identity.ts";
import type { Database } from "../services/database.ts";
import { Release } from "../release/release.ts";
import { backendPasswordFile, backendSecrets, secretsVersion } from "../release/secrets.ts";
import { openServingScript } from "../contract/volumes.ts";
import { scriptCommand } from "../workload/command.ts";
import type { VolumeHandle } from "../workload/handles.ts";
import { Files } from "../workload/on-docker/files.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import { ownVolume } from "../workload/on-docker/volume.ts";
import { frontendVolumeName, servingVolumeName } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";

/** What {@link Application} needs to know. */
export interface ApplicationArgs {
  platform: Platform;
  network: pulumi.Input<string>;
  database: Database;
}

/** The releases: the active colour's, and the standby's if it stays warm. Neither depends on which of them serves. */
export class Application extends pulumi.ComponentResource {
  readonly active: ReleaseIdentity;
  readonly standby: ReleaseIdentity | undefined;
  /** Volume with one directory for each release's frontend. */
  readonly frontendVolume: VolumeHandle;
  /**
   * Volume that tells the backends which release serves. Its resource exists once the gateway can write to the volume.
   */
  readonly servingVolume: VolumeHandle;

  constructor(name: string, args: ApplicationArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:stacks:Application", name, {}, options);
    const { platform } = args;
    const colors = deployedColors(platform.settings);
    const active = identifyRelease(platform, colors.active);
    if (active === undefined)
      throw new Error(`no tags are configured for the active colour ${colors.active}`);
    this.active = active;
    this.standby = colors.standby && identifyRelease(platform, colors.standby);
    this.frontendVolume = ownVolume(
      `${name}-frontends`,
      platform,
      { name: frontendVolumeName(platform.prefix), role: "frontends" },
      this,
    );
    const copyImage = engineImage(`${name}-copy-image`, platform, platform.settings.images.nginx, {
      parent: this,
    });
    this.servingVolume = this.serving(name, platform, copyImage);
    const secrets = this.secrets(name, args, copyImage);
    for (const identity of [this.active, this.standby]) {
      if (identity === undefined) continue;
      new Release(
        `${name}-${identity.id}`,
        {
          platform,
          identity,
          network: args.network,
          frontendVolume: this.frontendVolume,
          volumes: [secrets, this.servingVolume],
          databaseAccounts: args.database.accounts,
        },
        { parent: this },
      );
    }
    this.registerOutputs({ frontendVolume: this.frontendVolume.name });
  }

  /** The files that the releases of this config mount as their secrets. */
  private secrets(
    name: string,
    { platform, database }: ApplicationArgs,
    image: pulumi.Output<string>,
  ): VolumeHandle {
    const common = { platform, purpose: backendSecrets, image, uid: backendUid };
    const own = { parent: this };
    const shared = new Files(
      `${name}-secrets`,
      { ...common, files: { [backendPasswordFile]: database.password } },
      own,
    );
    const version = secretsVersion(platform.settings);
    if (version === undefined) return shared;
    // The shared ones stay: releases from before there were secrets read them, and `recover` reads the password there.
    const files = { ...platform.settings.backend.secrets, [backendPasswordFile]: database.password };
    return new Files(`${name}-own-secrets`, { ...common, version, files: secretTexts(files) }, own);
  }

  private serving(name: string, platform: Platform, image: pulumi.Output<string>): VolumeHandle {
    const volume = ownVolume(
      `${name}-serving`,
      platform,
      { name: servingVolumeName(platform.prefix), role: "serving" },
      this,
    );
    const opened = scriptCommand(
      `${name}-serving-content`,
      platform,
      openServingScript,
      { volume: volume.name, image },
      { parent: this, dependsOn: volume.resource },
    );
    return { name: volume.name, resource: opened };
  }
}

function secretTexts(files: Readonly<Record<string, pulumi.Input<string>>>) {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, pulumi.secret(text)]));
}
