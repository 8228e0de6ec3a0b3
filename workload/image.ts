import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform.ts";

/**
 * Has the engine hold an image and yields its id. Containers name the id, never the tag: a tag reads back differently
 * from what was written and would replace the container at every run.
 *
 * Images stay on the engine when they are no longer used, so that a rollback needs no registry.
 */
export function engineImage(
  logicalName: string,
  platform: Platform,
  reference: string,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const name = imageName(platform, reference);
  return new docker.RemoteImage(logicalName, { name, keepLocally: true }, options).imageId;
}

/** What the engine is asked for: the registry's digest in the place of the tag, where it is known. */
export function imageName(platform: Platform, reference: string): string {
  const digest = platform.images.get(reference)?.digest;
  return digest === undefined ? reference : `${withoutTag(reference)}@${digest}`;
}

function withoutTag(reference: string): string {
  return reference.replace(/:[^:/]+$/, "");
}
