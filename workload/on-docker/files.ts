import * as pulumi from "@pulumi/pulumi";
import type { VolumeFile } from "../../engine/volume.ts";
import { filesScript } from "../../contract/volumes.ts";
import { scriptCommand } from "../command.ts";
import type { VolumeHandle } from "../handles.ts";
import { filesVolumeName } from "../names.ts";
import type { Platform } from "../platform.ts";
import type { Mount } from "../workload.ts";
import { ownVolume } from "./volume.ts";

/** What {@link Files} needs to know. */
export interface FilesArgs {
  platform: Platform;
  /** What the files are for: names the volume `<prefix>-<purpose>-files`. */
  purpose: string;
  /**
   * Digest of the files, if they are no secret. Other files then lie in another volume,
   * `<prefix>-<purpose>-<version>-files`: the running container keeps its own, even if it restarts, until its successor
   * has passed its trial. Default: one volume, whose files are written anew.
   */
  version?: string;
  /** An image that the engine holds; nothing of it runs, the engine's archive call just needs one. */
  image: pulumi.Input<string>;
  /** The user that reads the files in the container. */
  uid: number;
  /** Path below the volume's root, and content. Secrets are allowed. */
  files: Record<string, pulumi.Input<string>>;
}

/**
 * Configuration and secrets as files in a volume. A container with a read-only root takes files no other way. They stay
 * out of its environment and of `docker inspect`, and they can change without replacing the container.
 */
export class Files extends pulumi.ComponentResource implements VolumeHandle {
  /** Name of the volume. */
  readonly name: string;
  /** Exists once the files are in the volume. */
  readonly resource: pulumi.Resource;

  constructor(name: string, args: FilesArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:workload:Files", name, {}, options);
    const { platform, purpose, version } = args;
    const versioned = version === undefined ? "" : `-${version}`;
    const volume = ownVolume(
      `${name}${versioned}-volume`,
      platform,
      { name: filesVolumeName(platform.prefix, `${purpose}${versioned}`), role: `${purpose}-files` },
      this,
    );
    const content = pulumi.output(args.files).apply((files) =>
      Object.entries(files).map(([path, text]): VolumeFile => ({
        path,
        content: text,
        mode: 0o400,
        uid: args.uid,
      })),
    );
    this.name = volume.name;
    this.resource = scriptCommand(
      `${name}${versioned}-content`,
      platform,
      filesScript,
      { volume: volume.name, image: args.image, stdin: content },
      { parent: this, dependsOn: volume.resource },
    );
    this.registerOutputs({ volume: volume.name });
  }

  /** Mounts the files at a directory, read-only. */
  mount(target: string): Mount {
    return { kind: "volume", source: this.name, target, readOnly: true };
  }
}
