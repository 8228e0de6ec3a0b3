import type { Settings } from "../settings/index.ts";

/** The names that the gateway's certificate must be for. */
export function certifiedHosts({ domain, gateway }: Pick<Settings, "domain" | "gateway">): string[] {
  return [domain, ...gateway.aliases];
}
