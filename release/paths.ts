import { hasPart } from "../settings/alone.ts";
import type { BackendPaths } from "../settings/backend.ts";
import type { Color } from "../settings/color.ts";
import type { Settings } from "../settings/index.ts";

/** The paths of a colour's backend, which is alone in a colour without a frontend. */
export function pathsOf(settings: Pick<Settings, "backend" | "colors">, color: Color): BackendPaths {
  const { backend } = settings;
  return hasPart(settings, color, "frontend") ? backend : backend.alone;
}
