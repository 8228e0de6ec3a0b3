import { block, type Directive } from "./directives.ts";
import { escaped } from "./paths.ts";
import type { GatewayRoute } from "./route.ts";
import { usualBackend, type ToldBackend } from "./told-backend.ts";

/** How this route reaches its backends. */
export function backendOf({ backend }: Pick<GatewayRoute, "backend">): ToldBackend {
  return backend ?? usualBackend;
}

/**
 * Locations below the base path that no client reaches. A backend may drop everything after a semicolon in each path
 * segment, and nginx does not. The actuator's health answers stay public.
 */
export function hiddenLocations(route: GatewayRoute): Directive[] {
  const { actuator, basePath, metrics } = backendOf(route);
  const base = escaped(basePath);
  return [
    ...(actuator === true
      ? [
          hidden(
            `(?s)^${base}/(?!actuator/health(?:/(?:liveness|readiness))?\\z)(?:[^;]*;.*/)?actuator(?:[/;]|\\z)`,
          ),
        ]
      : []),
    ...(metrics === undefined ? [] : [hidden(metricsPattern(base, metrics.slice(basePath.length)))]),
  ];
}

/**
 * The same below a further path that leads to a backend: whatever follows it may be the backend's own path.
 *
 * @param path `/`, or a path without a slash at its end
 */
export function hiddenBelow(route: GatewayRoute, path: string): Directive[] {
  const { actuator, basePath, metrics, strips } = backendOf(route);
  const base = path === "/" ? "" : escaped(path);
  // As the backend itself knows it.
  const ownMetrics = strips === true ? metrics?.slice(basePath.length) : metrics;
  return [
    ...(actuator === true ? [hidden(`(?s)^${base}/(?:.*/)?actuator(?:[/;]|\\z)`)] : []),
    ...(ownMetrics === undefined ? [] : [hidden(metricsPattern(base, ownMetrics))]),
  ];
}

function metricsPattern(base: string, below: string): string {
  const segments = below.split("/").filter(Boolean).map(escaped);
  return `(?s)^${base}/(?:;[^/]*/)*${segments.join("(?:;[^/]*)?/(?:;[^/]*/)*")}(?:[/;]|\\z)`;
}

function hidden(pattern: string): Directive {
  return block(`location ~* "${pattern}"`, "return 404;");
}

/** `$stripped`: the request's address without the base path, as the client has written it. */
export function strippedMaps(route: GatewayRoute): Directive[] {
  const { basePath, strips } = backendOf(route);
  if (strips !== true) return [];
  const base = escaped(basePath);
  return [
    block(
      "map $request_uri $stripped",
      'default "";',
      `"~^${base}(?<stripped_path>/.*)$" $stripped_path;`,
      `"~^${base}(?<stripped_query>(?:\\?.*)?)$" /$stripped_query;`,
    ),
  ];
}

/** Passes a request on to its release's backend: with the address that the client has written, or without the base path. */
export function passTo(route: GatewayRoute): Directive[] {
  if (backendOf(route).strips !== true) return ["proxy_pass http://$backend;"];
  return [
    // Written in another way, as with an escape in the base path itself: the rest can't be told from it.
    block('if ($stripped = "")', "return 404;"),
    "proxy_pass http://$backend$stripped;",
  ];
}
