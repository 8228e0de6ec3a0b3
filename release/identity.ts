import { digestOf } from "../workload/digest.ts";
import { imageName } from "../workload/known-images.ts";
import type { Platform } from "../workload/platform.ts";
import { specDigest, specOf } from "../workload/spec.ts";
import { otherColor } from "../settings/color.ts";
import type { Color } from "../settings/index.ts";
import { backendWorkload } from "./backend.ts";
import { releaseImages, type ReleaseImages } from "./images.ts";

/** One colour's images, by reference and by what the engine is asked for, and the name that its settings give it. */
export interface ReleaseIdentity extends ReleaseImages {
  backendName: string;
  frontendName: string;
  color: Color;
  /** `<color>-<8 hex digits>`: another setting or image is another release. */
  id: string;
}

/**
 * Names a colour's release. The name covers everything that would otherwise replace its container: a change then makes
 * a new resource, and the old one is deleted at the very end of an update that succeeded. It covers what is known of
 * the images as well, so that a tag that moved is a new release.
 */
export function identifyRelease(platform: Platform, color: Color): ReleaseIdentity | undefined {
  const images = releaseImages(platform.settings, color);
  if (images === undefined) return undefined;
  const unnamed = backendWorkload(platform, { color, tag: images.backendTag, id: "" });
  const known = platform.images.releases[color];
  const hash = digestOf({
    images,
    known: [known?.backend, known?.frontend],
    spec: specDigest(specOf(platform, unnamed)),
  });
  return {
    color,
    id: `${color}-${hash}`,
    ...images,
    backendName: imageName(images.backendImage, known?.backend),
    frontendName: imageName(images.frontendImage, known?.frontend),
  };
}

/** The colours that the engine runs: the active one, and the other one where it is to stay warm. */
export function deployedColors(settings: Platform["settings"]): { active: Color; standby?: Color } {
  const active = settings.activeColor;
  const other = otherColor(active);
  const warm = settings.standby === "warm" && settings.colors[other] !== undefined;
  return { active, ...(warm && { standby: other }) };
}
