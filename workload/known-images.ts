import type { Color } from "../settings/index.ts";
import type { PartName } from "../settings/parts.ts";

/** What tells two images with the same reference apart, as far as the pull policy lets it be known. */
export interface ImageIdentity {
  /**
   * The engine's own id; known where the policy is `never`, so that a tag which was built anew is a new release, and an
   * nginx that was is a new gateway.
   */
  id?: string;
  /** The registry's digest; known where the policy is `always`. */
  digest?: string;
}

/** The identities of a release's images, by part. */
export type ReleaseIdentities = Readonly<Partial<Record<PartName, ImageIdentity>>>;

/** What is known of the images before an update. */
export interface KnownImages {
  /** Those of the release that each colour is to run. */
  releases: Readonly<Partial<Record<Color, ReleaseIdentities>>>;
  /** That of the gateway's nginx. */
  nginx?: ImageIdentity;
  /**
   * Images that are gone from the engine and that nothing needs any more, by name, with the id that they had: what was
   * made of them is there.
   */
  unneeded: ReadonlyMap<string, string>;
}

/** Nothing is known, and nothing is gone. */
export const nothingKnown: KnownImages = { releases: {}, unneeded: new Map() };

/** What the engine is asked for: the registry's digest in the place of the tag, where it is known. */
export function imageName(reference: string, identity: ImageIdentity | undefined): string {
  const digest = identity?.digest;
  return digest === undefined ? reference : `${withoutTag(reference)}@${digest}`;
}

/** The registry's digest in a name by which the engine was asked for an image. */
export function digestIn(name: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(name)?.[1];
}

function withoutTag(reference: string): string {
  return reference.replace(/:[^:/]+$/, "");
}
