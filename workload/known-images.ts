import type { Color } from "../settings/index.ts";
import type { PartName } from "../settings/parts.ts";

/** What tells two images with the same reference apart, as far as the pull policy allows. */
export interface ImageIdentity {
  /**
   * The engine's own id, known under the policy `never`. An image that was built again under its tag is then a new
   * release, or a new gateway in the case of nginx.
   */
  id?: string;
  /** The registry's digest, known under the policy `always`. */
  digest?: string;
}

/** The identities of a release's images, by part. */
export type ReleaseIdentities = Readonly<Partial<Record<PartName, ImageIdentity>>>;

/** What is known of the images before an update. */
export interface KnownImages {
  /** The identities of the release that each colour is to run. */
  releases: Readonly<Partial<Record<Color, ReleaseIdentities>>>;
  /** The identity of the gateway's nginx. */
  nginx?: ImageIdentity;
  /**
   * Images that are gone from the engine and no longer needed, because what was made of them exists: by name, with
   * their former id.
   */
  unneeded: ReadonlyMap<string, string>;
}

/** Nothing is known, and nothing is gone. */
export const nothingKnown: KnownImages = { releases: {}, unneeded: new Map() };

/** The image name for the engine. A known digest of the registry takes the place of the tag. */
export function imageName(reference: string, identity: ImageIdentity | undefined): string {
  const digest = identity?.digest;
  return digest === undefined ? reference : `${withoutTag(reference)}@${digest}`;
}

/** The registry's digest in an image name; undefined if it has none. */
export function digestIn(name: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(name)?.[1];
}

function withoutTag(reference: string): string {
  return reference.replace(/:[^:/]+$/, "");
}
