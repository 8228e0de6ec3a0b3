import { colorNames } from "../../settings/schema/application.ts";
import type { PartName } from "../../settings/parts.ts";
import { hiddenAlone } from "./backend.ts";
import { block, type Directive } from "./directives.ts";
import type { GatewayRoute } from "./route.ts";

type Alone = Pick<GatewayRoute, "alone">;

/** Where the requests go that a backend alone is to answer. */
export const loneBackend = "@lone_backend";

/** Whether some colour lacks a part. */
function isMissing({ alone }: Alone, part: PartName): boolean {
  return colorNames.some((color) => (alone?.[color] ?? part) !== part);
}

/** Whether every colour lacks a part. */
function isMissingEverywhere({ alone }: Alone, part: PartName): boolean {
  return colorNames.every((color) => (alone?.[color] ?? part) !== part);
}

/** Whether no release of a colour has a backend. */
export function hasNoBackend({ alone }: Alone, color: "blue" | "green"): boolean {
  return alone?.[color] === "frontend";
}

/** Whether no release has a backend, or some have none beside them that do. */
export function backendsMissing(route: Alone): "all" | "some" | "none" {
  if (isMissingEverywhere(route, "backend")) return "all";
  return isMissing(route, "backend") ? "some" : "none";
}

/** Whether a release may have no frontend. */
export function isWithoutFrontend(route: Alone): boolean {
  return isMissing(route, "frontend");
}

/**
 * `$has_frontend` and `$has_backend` of the request's release, and `$is_hidden`: its path is one that no client reaches
 * at a backend alone.
 */
export function aloneMaps(route: GatewayRoute): Directive[] {
  const has = (part: PartName): Directive[] =>
    isMissing(route, part)
      ? [
          block(
            `map $release $has_${part}`,
            "default yes;",
            ...colorNames
              .filter((color) => (route.alone?.[color] ?? part) !== part)
              .map((color) => `"~^${color}-" "";`),
          ),
        ]
      : [];
  return [
    ...has("frontend"),
    ...has("backend"),
    ...(isWithoutFrontend(route)
      ? [
          block(
            "map $uri $is_hidden",
            'default "";',
            ...hiddenAlone(route).map((pattern) => `"~*${pattern}" yes;`),
          ),
        ]
      : []),
  ];
}

/** What comes after the files that an address could mean: nothing, or the backend of a release without a frontend. */
export function afterFiles(route: GatewayRoute): string {
  return isWithoutFrontend(route) ? loneBackend : "=404";
}
