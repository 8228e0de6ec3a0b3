import type { ReleaseNote } from "../release/note.ts";
import type { Settings } from "../settings/index.ts";
import { digestIn, type ImageIdentity, type ReleaseIdentities } from "../workload/known-images.ts";
import type { NeededImage, Part } from "./needed-images.ts";
import type { Refusal } from "./registry.ts";

/** One image of a release, and what could be found out of it before anything is known of the release. */
export interface Looked {
  image: NeededImage;
  identity?: ImageIdentity;
  /** Why there is none. */
  refusal?: Refusal | "not on the engine";
}

/** What could be told of a release's images. */
export function identitiesOf({ backend, frontend }: Record<Part, Looked>): ReleaseIdentities {
  return { ...pick("backend", backend.identity), ...pick("frontend", frontend.identity) };
}

/** What a release's images were when it was made, by what the pull policy goes by. */
export function notedIdentities(
  { pullPolicy }: Settings,
  { backendImage, frontendImage, frontendImageId }: ReleaseNote,
  backendImageId: string | undefined,
): ReleaseIdentities {
  const [key, backend, frontend] =
    pullPolicy === "always"
      ? (["digest", digestIn(backendImage), digestIn(frontendImage)] as const)
      : (["id", backendImageId, frontendImageId] as const);
  return {
    ...pick("backend", backend === undefined ? undefined : { [key]: backend }),
    ...pick("frontend", frontend === undefined ? undefined : { [key]: frontend }),
  };
}

/** A part's identity, where there is one. */
export function pick(part: Part, identity: ImageIdentity | undefined): ReleaseIdentities {
  return identity === undefined ? {} : { [part]: identity };
}
