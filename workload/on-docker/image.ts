import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../platform.ts";

/**
 * Has the engine hold an image and yields its id. Containers name the id, never the tag: a tag reads back differently
 * from what was written and would replace the container at every run.
 *
 * Images stay on the engine when they are no longer used, so that a rollback needs no registry. One that is gone from
 * there all the same, and from the state, is asked for only by what isn't made of it yet. Another one is fetched before
 * anything is deleted: the provider's own order would delete the container first, and then perhaps get no image.
 */
export function engineImage(
  logicalName: string,
  platform: Platform,
  name: string,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const unneeded = platform.images.unneeded.get(name);
  if (unneeded !== undefined) return pulumi.output(unneeded);
  const fetchedFirst = { ...options, deleteBeforeReplace: false };
  return new docker.RemoteImage(logicalName, { name, keepLocally: true }, fetchedFirst).imageId;
}
