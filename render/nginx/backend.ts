import { block, type Directive } from "./directives.ts";
import { escaped } from "./paths.ts";
import type { GatewayRoute } from "./route.ts";
import { usualBackend, type ToldBackend } from "./told-backend.ts";

/** How this route reaches its backends. */
export function backendOf({ backend }: Pick<GatewayRoute, "backend">): ToldBackend {
  return backend ?? usualBackend;
}

/** What of the actuator clients may ask for. */
const publicHealth = String.raw`health(?:/(?:liveness|readiness))?\z`;

/**
 * Locations below the base path that no client reaches. A backend may drop everything after a semicolon in each path
 * segment, and nginx does not. The actuator's health answers stay public.
 */
export function hiddenLocations(route: GatewayRoute): Directive[] {
  const { basePath, metrics } = backendOf(route);
  return hiddenPatterns(route, basePath, metrics).map(hidden);
}

/** Patterns of all that no client reaches at a backend that begins at a path. */
function hiddenPatterns(route: GatewayRoute, basePath: string, metrics: string | undefined): string[] {
  const base = escaped(basePath);
  return [
    ...(backendOf(route).actuator === true
      ? [`(?s)^${base}/(?!actuator/${publicHealth})(?:[^;]*;.*/)?actuator(?:[/;]|\\z)`]
      : []),
    ...(metrics === undefined ? [] : [metricsPattern(base, metrics.slice(basePath.length))]),
  ];
}

/**
 * Patterns of all that no client reaches at a backend alone. Its actuator may lie below any path, which only the
 * application knows.
 */
export function hiddenAlone(route: GatewayRoute): string[] {
  const metrics = route.alone?.metrics;
  return [
    ...(backendOf(route).actuator === true
      ? [`(?s)^/(?!(?:(?!actuator/)[^;/]*/)*actuator/${publicHealth})(?:.*/)?actuator(?:[/;]|\\z)`]
      : []),
    ...(metrics === undefined ? [] : [metricsPattern("", metrics)]),
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
  const every = new Set([ownMetrics, route.alone?.metrics].filter((one) => one !== undefined));
  return [
    ...(actuator === true ? [hidden(`(?s)^${base}/(?:.*/)?actuator(?:[/;]|\\z)`)] : []),
    ...[...every].map((one) => hidden(metricsPattern(base, one))),
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
