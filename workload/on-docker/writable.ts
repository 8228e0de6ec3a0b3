import type * as pulumi from "@pulumi/pulumi";
import { temporaryScript } from "../../contract/volumes.ts";
import { scriptCommand } from "../command.ts";
import type { VolumeHandle } from "../handles.ts";
import type { Platform } from "../platform.ts";

/**
 * Makes a volume writable for a service that isn't root.
 *
 * @param name the volume's own logical name
 * @param image one that the engine holds, with a shell
 */
export function writableVolume(
  name: string,
  platform: Platform,
  image: pulumi.Input<string>,
  volume: VolumeHandle,
  parent: pulumi.Resource,
): VolumeHandle {
  const resource = scriptCommand(
    `${name}-owner`,
    platform,
    temporaryScript,
    { volume: volume.name, image },
    { parent, dependsOn: volume.resource },
  );
  return { name: volume.name, resource };
}
