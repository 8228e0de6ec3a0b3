import type { Settings } from "../settings/index.ts";

/** The names that the gateway's certificate must be for. */
export function certifiedHosts({ domain }: Pick<Settings, "domain">): string[] {
  return [domain];
}
