import type { Settings } from "../settings/index.ts";
import { furtherHosts } from "../settings/routes.ts";

/** The names that the gateway's certificate must be for. */
export function certifiedHosts(settings: Pick<Settings, "domain" | "gateway" | "monitoring">): string[] {
  return [settings.domain, ...settings.gateway.aliases, ...furtherHosts(settings)];
}
