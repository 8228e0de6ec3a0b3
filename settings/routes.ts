import type { Settings } from "./parse.ts";

/** The host names that the platform answers to beside `domain` and `gateway.aliases`. */
export function furtherHosts({ gateway, monitoring }: Pick<Settings, "gateway" | "monitoring">): string[] {
  const ofRoutes = Object.values(gateway.routes).flatMap(({ hosts }) => hosts);
  return [...new Set([...ofRoutes, ...(monitoring.host === undefined ? [] : [monitoring.host])])];
}

/** The largest body that waits in the gateway anywhere, in MB. */
export function largestBodyMegabytes({
  clientMaxBodyMegabytes,
  routes,
}: Pick<Settings["gateway"], "clientMaxBodyMegabytes" | "routes">): number {
  const ofRoutes = Object.values(routes).map(({ buffered, maxBodyMegabytes = 0 }) =>
    buffered ? maxBodyMegabytes : 0,
  );
  return Math.max(clientMaxBodyMegabytes, ...ofRoutes);
}
