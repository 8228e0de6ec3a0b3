import { entriesOf } from "./entries.ts";
import type { Get } from "./get.ts";

export const routesPath = ["gateway", "routes"];
export const monitoringPath = ["monitoring", "host"];

/** The host names that routes have of their own. */
export function ownHosts(get: Get): string[] {
  return entriesOf<{ hosts?: string[] }>(get, routesPath, ["hosts"]).flatMap(([, { hosts }]) =>
    listIn(hosts),
  );
}

/** The texts of a list; none where there is no list. */
export function listIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
