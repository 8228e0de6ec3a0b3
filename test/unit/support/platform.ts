import { parseSettings } from "../../../settings/index.ts";
import { secretKeys } from "../../../settings/schema/settings.ts";
import { nothingKnown, type KnownImages } from "../../../workload/known-images.ts";
import type { Platform } from "../../../workload/platform.ts";
import { changed, type Config } from "../settings/support.ts";
import { bothColors } from "./program.ts";

/** A platform with both colours and these changes. */
export function platformWith(changes: Config = {}, releases: KnownImages["releases"] = {}): Platform {
  return {
    stack: "prod",
    prefix: "webnet-prod",
    settings: parseSettings(changed({ ...bothColors, ...changes }), "prod", new Set(secretKeys)),
    images: { ...nothingKnown, releases },
    canMigrateConnections: true,
  };
}
