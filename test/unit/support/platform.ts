import type { ImageIdentity } from "../../../preflight/images.ts";
import { parseSettings } from "../../../settings/index.ts";
import type { Platform } from "../../../workload/platform.ts";
import { changed, type Config } from "../settings/support.ts";
import { bothColors } from "./program.ts";

/** A platform with both colours, changed as said. */
export function platformWith(changes: Config = {}, images: Record<string, ImageIdentity> = {}): Platform {
  return {
    stack: "prod",
    prefix: "webnet-prod",
    settings: parseSettings(changed({ ...bothColors, ...changes }), "prod", new Set(["registryPassword", "registryPasswords"])),
    images: new Map(Object.entries(images)),
    canMigrateConnections: true,
  };
}
