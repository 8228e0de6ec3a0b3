import { createHash } from "node:crypto";
import { backendOf } from "./backend.ts";
import { cookieEnd, cookieStart } from "./cookie.ts";
import { block, type Directive } from "./directives.ts";
import { replicaNumbers, replicaSuffix } from "../../workload/names.ts";
import { releasePattern, type GatewayRoute } from "./route.ts";

/** Name of the upstream that unguarded requests go to. */
export const activeUpstream = "active";

/** Name of the upstream that the canary's clients go to. */
export const canaryUpstream = "canary";

/** The cookie by which a browser chooses a release: `<name>.<key>`. */
export const lookCookie = "webnet_look";

/** Where a browser gets that cookie, and drops it again. */
export const lookPath = "/.webnet/look";

/** The names by which a request may ask for a release: `standby` and the colours follow the next deploy. */
export const releaseNamePattern = `standby|blue|green|${releasePattern}`;

/**
 * The cookie's key, derived from the token. The token does not follow from it, so no browser keeps the token itself.
 */
export function lookKey(guardToken: string): string {
  return createHash("sha256").update(`look:${guardToken}`).digest("hex").slice(0, 48);
}

/**
 * Maps that choose the release of a request. `$guard` says by which right:
 *
 * - `public`: it asks for no release; `named`: the same, but it has the token, and its answer names the release
 * - `guarded`: it asks for a release by its name and has the token, or the cookie made from it
 * - `refused`: its header asks for a release, with a wrong token or an impossible name
 * - `gone`: it asks for a release that is not there
 *
 * A cookie with a wrong key asks for nothing: any host of the same site can set one, and must not lock the browser out.
 * For the same reason the maps search all cookies of that name.
 *
 * From `$guard` follow `$lane` (`active`, `canary` or `guarded`), `$release`, `$backend` (for proxy_pass),
 * `$named_release` (in the answer), `$shared_assets` (the folder in which nginx may look for other releases' hashed
 * files), `$newest_frontend` and `$newest_canary` (the folders of the newest generation) and `$turned_away`.
 */
export function guardMaps(route: GatewayRoute): Directive[] {
  const { guardToken } = route;
  const key = lookKey(guardToken);
  return [
    block(
      // A regular expression, because plain strings in a map match without regard to case.
      'map "$http_x_webnet_release:$http_x_webnet_token" $asked_by_header',
      "default refused;",
      `"~^:${guardToken}$" named;`,
      '"~^:" "";',
      `"~^(?<header_release>${releaseNamePattern}):${guardToken}$" $header_release;`,
    ),
    block(
      "map $http_cookie $asked_by_cookie",
      'default "";',
      `"~${cookieStart(lookCookie)}(?<cookie_release>${releaseNamePattern})\\.${key}${cookieEnd}" $cookie_release;`,
      `"~${cookieStart(lookCookie)}[^;]*\\.${key}${cookieEnd}" gone;`,
    ),
    block("map $asked_by_header $asked", "default $asked_by_header;", '"" $asked_by_cookie;'),
    // A release's id in the header needs no link: the smoke check may ask for a release before it has one.
    block(
      'map "$asked_by_header/$asked" $asked_path',
      "default $realpath_root;",
      `"~^(?:${releasePattern})/" "";`,
      '"~/(?:named|refused|gone)?$" "";',
    ),
    block(
      'map "$asked_by_header:$asked_path" $asked_release',
      'default "";',
      `"~^(?<exact_release>${releasePattern}):" $exact_release;`,
      `"~^[^:]*:.*/(?<linked_release>${releasePattern})$" $linked_release;`,
    ),
    block(
      'map "$asked:$asked_release" $guard',
      "default guarded;",
      '"~^:$" public;',
      '"~^(?<outcome>named|refused):$" $outcome;',
      '"~:$" gone;',
    ),
    ...laneMaps(route),
    // Clients that are turned away must reach the page that leads out.
    block(
      'map "$guard:$uri" $turned_away',
      'default "";',
      `"~^gone:${lookPath.replace(".", "\\.")}(?:/enter|/leave)?\\z" "";`,
      '"~^(?<reason>refused|gone):" $reason;',
    ),
  ];
}

function laneMaps(route: GatewayRoute): Directive[] {
  const { active, backendHostPrefix } = route;
  const { port } = backendOf(route);
  const canary = route.canary?.release;
  const replicas = replicaNumbers(route.replicas ?? 1)
    .filter((replica) => replica > 1)
    .map((replica) => `${replica} ${replicaSuffix(replica)};`);
  const ofCanary = (line: string): string[] => (canary === undefined ? [] : [line]);
  return [
    canary === undefined
      ? block("map $guard $lane", "default active;", "guarded guarded;")
      : block(
          'map "$guard:$in_canary" $lane',
          "default active;",
          '"~^guarded:" guarded;',
          '"~^public:yes$" canary;',
        ),
    block("map $guard $named_release", 'default "";', "guarded $asked_release;", `named ${active.release};`),
    block("map $guard $guarded", "default false;", "guarded true;"),
    // Whoever may ask for a release may ask for one of its containers.
    block("map $http_x_webnet_replica $asked_replica", 'default "";', ...replicas),
    block(
      "map $lane $release",
      `default ${active.release};`,
      "guarded $asked_release;",
      ...ofCanary(`canary ${canary ?? ""};`),
    ),
    block(
      "map $lane $backend",
      `default ${activeUpstream};`,
      `guarded ${backendHostPrefix}$asked_release$asked_replica:${port};`,
      ...ofCanary(`canary ${canaryUpstream};`),
    ),
    // A guarded request must not find a file that its own release lacks.
    block("map $guard $shared_assets", 'default "";', "guarded /none;"),
    block("map $guard $newest_frontend", `default ${route.newestFrontend};`, "guarded /none;"),
    block("map $guard $newest_canary", `default ${route.newestFrontend}-canary;`, "guarded /none;"),
  ];
}

const slash = String.raw`(?:/|%2f|%5c)`;

/** An address that a backend may take for another one than nginx does: with a backslash, a fragment, or a way up. */
const ambiguous = String.raw`^[^?]*(?:[#\x5c]|${slash}(?:\.|%2e){1,2}(?:[;?]|${slash}|$))`;

/** Refuses requests that ask for a release without the right to it, or for one that is not there. */
export function guardCheck(route: GatewayRoute): Directive[] {
  return [
    // For `$realpath_root`; the locations that serve files set their own root.
    `root ${route.namesDirectory}/$asked;`,
    // A backend that drops what follows a semicolon reads `..;` as the way up, past every rule about paths.
    block(String.raw`if ($uri ~ "/\.\.?;")`, "return 400;"),
    // nginx judges the path that it makes of these, and a backend gets them as they were written. No browser sends any.
    block(`if ($request_uri ~* "${ambiguous}")`, "return 400;"),
    block("if ($turned_away = refused)", "return 403;"),
    // Applies to this 410 only: nginx does not intercept a backend's own.
    "error_page 410 @look_over;",
    block("if ($turned_away = gone)", "return 410;"),
  ];
}
