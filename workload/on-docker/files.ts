import * as pulumi from "@pulumi/pulumi";
import type { VolumeFile } from "../../engine/volume.ts";
import { filesScript, type OnChange } from "../../contract/files.ts";
import { scriptCommand } from "../command.ts";
import type { VolumeHandle } from "../handles.ts";
import { repairsOf } from "../found-files.ts";
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
   * has passed its trial. Default: one volume, whose files change in one step.
   */
  version?: string;
  /**
   * An image that the engine holds, with a shell. Its `sh`, `ln`, `mv`, `rm` and `readlink` run for a moment as root, in a
   * container without network and with no other right than to write to this volume.
   */
  image: pulumi.Input<string>;
  /** The user that reads the files in the container. */
  uid: number;
  /** Path below the volume's root, and content. Secrets are allowed. Other files in the volume are removed. */
  files: Record<string, pulumi.Input<string>>;
  /** The container that is told when they change. Default: nobody is told */
  reader?: FilesReader;
}

/** A container that runs with files, and takes others as it runs. */
export interface FilesReader {
  /** Name of the container. */
  container: string;
  /** The directory of the files in it. */
  directory: string;
  onChange: OnChange;
  /**
   * Digest of the files, if they are no secret. By it an update notices that a killed one has written other files than
   * those of the state. Default: it notices only changes that were not complete
   */
  digest?: string;
}

/** The variables by which the step tells the container, and runs again if a killed update has left other files. */
function toldOf({ files }: Platform, volume: string, reader: FilesReader | undefined) {
  if (reader === undefined) return {};
  const repairs = repairsOf(files?.get(volume), reader.digest);
  return { ...reader, ...(repairs > 0 && { repairs }) };
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
      {
        volume: volume.name,
        image: args.image,
        ...toldOf(platform, volume.name, args.reader),
        stdin: content,
      },
      { parent: this, dependsOn: volume.resource },
    );
    this.registerOutputs({ volume: volume.name });
  }

  /** Mounts the files at a directory, read-only. */
  mount(target: string): Mount {
    return { kind: "volume", source: this.name, target, readOnly: true };
  }
}
