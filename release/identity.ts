import { digestOf } from "../workload/digest.ts";
import { imageName } from "../workload/known-images.ts";
import type { Platform } from "../workload/platform.ts";
import { specDigest, specOf } from "../workload/spec.ts";
import { otherColor } from "../settings/color.ts";
import type { Color } from "../settings/index.ts";
import { backendWorkload } from "./backend.ts";
import { partImages, partOf, type PartImage } from "./parts.ts";

/** A part of a release, with the name by which the engine is asked for its image. */
export interface ReleasePart extends PartImage {
  image: string;
}

/** One colour's parts, and the name that its settings give it. */
export interface ReleaseIdentity {
  color: Color;
  /** `<color>-<8 hex digits>`: another setting or image is another release. */
  id: string;
  parts: readonly ReleasePart[];
}

/**
 * Names a colour's release. The name covers everything that would otherwise replace its container: a change then makes
 * a new resource, and the old one is deleted at the very end of an update that succeeded. It covers what is known of
 * the images as well, so that a tag that moved is a new release.
 */
export function identifyRelease(platform: Platform, color: Color): ReleaseIdentity | undefined {
  const parts = partImages(platform.settings, color);
  if (parts === undefined) return undefined;
  const unnamed = backendWorkload(platform, { color, tag: partOf(parts, "backend").tag, id: "" });
  const known = platform.images.releases[color];
  const hash = digestOf({
    parts: parts.map(({ name, reference }) => ({ name, reference, known: known?.[name] })),
    spec: specDigest(specOf(platform, unnamed)),
  });
  return {
    color,
    id: `${color}-${hash}`,
    parts: parts.map((part) => ({ ...part, image: imageName(part.reference, known?.[part.name]) })),
  };
}

/** The colours that the engine runs: the active one, and the other one where it is to stay warm. */
export function deployedColors(settings: Platform["settings"]): { active: Color; standby?: Color } {
  const active = settings.activeColor;
  const other = otherColor(active);
  const warm = settings.standby === "warm" && settings.colors[other] !== undefined;
  return { active, ...(warm && { standby: other }) };
}
