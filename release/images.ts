import type { Color, Settings } from "../settings/parse.ts";

/** A colour's images, by reference. */
export interface ReleaseImages {
  backendTag: string;
  backendImage: string;
  frontendImage: string;
}

/** Image references of a colour, or undefined where the stack config has no tags for it. */
export function releaseImages(settings: Settings, color: Color): ReleaseImages | undefined {
  const tags = settings.colors[color];
  if (tags === undefined) return undefined;
  return {
    backendTag: tags.backendTag,
    backendImage: `${settings.images.backend}:${tags.backendTag}`,
    frontendImage: `${settings.images.frontend}:${tags.frontendTag}`,
  };
}
