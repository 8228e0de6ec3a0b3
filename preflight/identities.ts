import type { ReleaseNote } from "../release/note.ts";
import { partKinds } from "../release/parts.ts";
import type { Settings } from "../settings/index.ts";
import type { PartName } from "../settings/parts.ts";
import { digestIn, type ImageIdentity, type ReleaseIdentities } from "../workload/known-images.ts";
import type { NeededPart } from "./needed-images.ts";
import type { Refusal } from "./registry.ts";

/** One image of a release, and what the look at it found, before the release itself is known. */
export interface Looked {
  image: NeededPart;
  identity?: ImageIdentity;
  /** Why there is no identity. */
  refusal?: Refusal | "not on the engine";
}

/** The known identities of a release's images. */
export function identitiesOf(looked: readonly Looked[]): ReleaseIdentities {
  return identities(looked.map(({ image, identity }) => [image.part, identity]));
}

/**
 * The identities that a release's images had when it was made: digests under the pull policy `always`, else ids.
 *
 * @param containerImage the engine's id of the image that the release's container has
 */
export function notedIdentities(
  { pullPolicy }: Settings,
  { parts }: ReleaseNote,
  containerImage: string | undefined,
): ReleaseIdentities {
  return identities(
    parts.map(({ name, image, imageId }) => {
      const [digest, id] = [digestIn(image), partKinds[name] === "service" ? containerImage : imageId];
      if (pullPolicy === "always") return [name, digest === undefined ? undefined : { digest }];
      return [name, id === undefined ? undefined : { id }];
    }),
  );
}

function identities(
  known: readonly (readonly [part: PartName, identity: ImageIdentity | undefined])[],
): ReleaseIdentities {
  return Object.fromEntries(known.filter(([, identity]) => identity !== undefined));
}
