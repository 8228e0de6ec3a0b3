import { digestOf } from "../workload/digest.ts";
import { imageName } from "../workload/known-images.ts";
import type { Platform } from "../workload/platform.ts";
import { specDigest, specOf } from "../workload/spec.ts";
import { hasPart } from "../settings/alone.ts";
import { otherColor } from "../settings/color.ts";
import type { Color } from "../settings/index.ts";
import { backendWorkload } from "./backend.ts";
import { partImages, partOf, type PartImage } from "./parts.ts";

/** A part of a release, with the image name that the engine gets. */
export interface ReleasePart extends PartImage {
  image: string;
}

/** A colour's parts, and the id that follows from its settings. */
export interface ReleaseIdentity {
  color: Color;
  /** `<color>-<8 hex digits>`. Another setting or image gives another release. */
  id: string;
  parts: readonly ReleasePart[];
}

/**
 * Names a colour's release; undefined if the colour has no tags. The id covers everything that would otherwise replace
 * the container. A change then makes a new resource, and Pulumi deletes the old one at the very end of a successful
 * update. The id also covers what is known of the images: a tag that moved is a new release.
 */
export function identifyRelease(platform: Platform, color: Color): ReleaseIdentity | undefined {
  const parts = partImages(platform.settings, color);
  if (parts === undefined) return undefined;
  const service = partOf(parts, "service");
  const unnamed = service && backendWorkload(platform, { color, tag: service.tag, id: "" });
  const known = platform.images.releases[color];
  const hash = digestOf({
    parts: parts.map(({ name, reference }) => ({ name, reference, known: known?.[name] })),
    ...(unnamed && { spec: specDigest(specOf(platform, unnamed)) }),
  });
  return {
    color,
    id: `${color}-${hash}`,
    parts: parts.map((part) => ({ ...part, image: imageName(part.reference, known?.[part.name]) })),
  };
}

/** The colours that the engine runs: the active one, and the other one if it stays warm. */
export function deployedColors(settings: Platform["settings"]): { active: Color; standby?: Color } {
  const active = settings.activeColor;
  const other = otherColor(active);
  const warm = settings.standby === "warm" && settings.colors[other] !== undefined;
  return { active, ...(warm && { standby: other }) };
}

/** Whether a colour that the engine runs has a backend, which needs the database. */
export function needsDatabase(settings: Platform["settings"]): boolean {
  const { active, standby } = deployedColors(settings);
  return [active, standby].some((color) => color !== undefined && hasPart(settings, color, "backend"));
}
