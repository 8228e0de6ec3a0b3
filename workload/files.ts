import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { VolumeFile } from "../engine/volume.ts";
import { scriptCommand } from "./command.ts";
import { filesVolumeName } from "./names.ts";
import { labelList, platformLabels, type Platform } from "./platform.ts";
import type { Mount } from "./workload.ts";

/** What {@link Files} needs to know. */
export interface FilesArgs {
  platform: Platform;
  /** What the files are for: names the volume `<prefix>-<purpose>-files`. */
  purpose: string;
  /**
   * Digest of the files, where they are no secret: other files then lie in another volume, `<prefix>-<purpose>-<version>-files`.
   * What runs keeps its own until its successor has passed its trial, and when it restarts. Default: one volume, whose
   * files are written anew.
   */
  version?: string;
  /** An image that the engine holds; nothing of it runs, the engine's archive call just needs one. */
  image: pulumi.Input<string>;
  /** Who reads the files in the container. */
  uid: number;
  /** Path below the volume's root, and content; secrets are welcome. */
  files: Record<string, pulumi.Input<string>>;
}

/**
 * Configuration and secrets as files in a volume. A container with a read-only root takes files no other way, and so
 * they stand neither in its environment nor in its inspection, and change without replacing it.
 */
export class Files extends pulumi.ComponentResource {
  /** Name of the volume, known once the files are in it. */
  readonly volume: pulumi.Output<string>;

  constructor(name: string, args: FilesArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:workload:Files", name, {}, options);
    const { platform, purpose, version } = args;
    const versioned = version === undefined ? "" : `-${version}`;
    const volume = new docker.Volume(
      `${name}${versioned}-volume`,
      {
        name: filesVolumeName(platform.prefix, `${purpose}${versioned}`),
        labels: labelList(platformLabels(platform, `${purpose}-files`)),
      },
      { parent: this },
    );
    const content = pulumi.output(args.files).apply((files) =>
      JSON.stringify(
        Object.entries(files).map(([path, text]): VolumeFile => ({
          path,
          content: text,
          mode: 0o400,
          uid: args.uid,
        })),
      ),
    );
    const written = scriptCommand(
      `${name}${versioned}-content`,
      platform,
      {
        script: "deploy/files.ts",
        environment: { WEBNET_VOLUME: volume.name, WEBNET_IMAGE: args.image },
        stdin: content,
      },
      { parent: this, dependsOn: volume },
    );
    this.volume = pulumi.all([volume.name, written.id]).apply(([volumeName]) => volumeName);
    this.registerOutputs({ volume: this.volume });
  }

  /** Mounts the files at a directory, read-only. */
  mount(target: string): Mount {
    return { kind: "volume", source: this.volume, target, readOnly: true };
  }
}
