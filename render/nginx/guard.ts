import { block, type Directive } from "./directives.ts";
import { backendPort, releasePattern, type GatewayRoute } from "./route.ts";

/** Name of the upstream that unguarded requests go to. */
export const activeUpstream = "active";

/**
 * Maps that choose the release of a request. `$guard` is `public`, `guarded` or `refused`; from it follow `$release`,
 * `$backend` (what proxy_pass takes), `$service` (the backend's container name), `$color`, `$guarded_release` and
 * `$shared_assets` (the folder under which other releases' hashed files may be looked for) and `$newest_frontend` (the
 * folder of the newest generation's).
 */
export function guardMaps(route: GatewayRoute): Directive[] {
  const { active, backendHostPrefix, guardToken } = route;
  return [
    block(
      // A regular expression, because plain strings in a map match without regard to case.
      'map "$http_x_webnet_release:$http_x_webnet_token" $guard',
      "default refused;",
      '"~^:" public;',
      `"~^(?<asked_release>${releasePattern}):${guardToken}$" guarded;`,
    ),
    block("map $guard $guarded_release", 'default "";', "guarded $asked_release;"),
    block("map $guard $guarded", "default false;", "guarded true;"),
    block("map $guard $release", `default ${active.release};`, "guarded $asked_release;"),
    block("map $release $color", `default ${active.color};`, '"~^blue-" blue;', '"~^green-" green;'),
    block(
      "map $guard $service",
      `default ${backendHostPrefix}${active.release};`,
      `guarded ${backendHostPrefix}$asked_release;`,
    ),
    block(
      "map $guard $backend",
      `default ${activeUpstream};`,
      `guarded ${backendHostPrefix}$asked_release:${backendPort};`,
    ),
    // A guarded request must not find a file that its own release lacks.
    block("map $guard $shared_assets", 'default "";', "guarded /none;"),
    block("map $guard $newest_frontend", `default ${route.newestFrontend};`, "guarded /none;"),
  ];
}

/** Refuses requests that ask for a release without the right token. */
export function guardCheck(): Directive {
  return block("if ($guard = refused)", "return 403;");
}
