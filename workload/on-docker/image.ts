import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../platform.ts";

/**
 * Makes the engine hold an image, and yields its id. Containers name the id, never the tag: the provider reads a tag
 * back differently and would replace the container at every run.
 *
 * Images stay on the engine when nothing uses them any more, so a rollback needs no registry. If an image is gone from
 * the engine and the state, webnet asks for it only if something must still be made of it. The provider fetches another
 * image before it deletes anything. In its own order it would delete the container first, and then perhaps get no
 * image.
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
