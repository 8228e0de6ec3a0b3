import type { Settings } from "../settings/index.ts";
import { furtherHosts } from "../settings/routes.ts";
import { standsFor } from "../settings/wildcard.ts";

/**
 * The names that the gateway's certificate must be for. Those that a wildcard stands for are left out: Let's Encrypt
 * refuses an order with both.
 */
export function certifiedHosts(settings: Pick<Settings, "domain" | "gateway" | "monitoring">): string[] {
  const names = [settings.domain, ...settings.gateway.aliases, ...furtherHosts(settings)];
  return names.filter((name) => !names.some((other) => standsFor(other, name)));
}
