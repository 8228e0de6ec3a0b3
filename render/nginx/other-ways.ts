import { isBelow } from "../../settings/paths.ts";
import { isWithoutFrontend } from "./alone.ts";
import { backendOf } from "./backend.ts";
import type { GatewayRoute } from "./route.ts";

/** An address of the platform. */
export interface Way {
  /** Default: the site's, or all of them */
  host?: string | undefined;
  path: string;
}

/**
 * Where further routes lead to the same addresses of the backend as a path of the site's. What is closed or counted
 * there is closed or counted here.
 */
export function otherWays(route: GatewayRoute, path: string): Way[] {
  const { basePath, strips } = backendOf(route);
  // A backend alone has every path.
  if (!isBelow(path, basePath) && !isWithoutFrontend(route)) return [];
  // As the backend itself knows it.
  const own = strips === true ? path.slice(basePath.length) : path;
  const toBackend = (route.routes ?? []).filter(({ to }) => to === undefined);
  return toBackend.flatMap(({ hosts = [undefined], paths, strips: isStripped }) =>
    paths.flatMap((of) => {
      const base = of === "/" ? "" : of;
      const at = isStripped === true ? base + own : common(own, base);
      if (at === undefined) return [];
      return hosts.map((host) => ({ host, path: at === "" ? "/" : at }));
    }),
  );
}

/** The longer one of two paths, if it is below the other. */
function common(one: string, other: string): string | undefined {
  if (isBelow(one, other) || other === "") return one;
  return isBelow(other, one) || one === "" ? other : undefined;
}
