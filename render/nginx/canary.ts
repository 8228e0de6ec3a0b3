import { cookieEnd, cookieStart } from "./cookie.ts";
import { block, type Directive } from "./directives.ts";
import type { GatewayRoute } from "./route.ts";

/** The cookie that keeps a client in or out of the canary. */
export const clientCookie = "webnet_client";

const clientSeconds = 30 * 24 * 3600;

/**
 * Chooses the canary's clients: `$in_canary` is `yes` for them, and `$given_client` the cookie that a new one gets.
 *
 * A browser's first page makes up an id, decides by it, and gives it to the browser as a cookie, so that the page and
 * all that it asks for afterwards come from one release. Whoever has no cookie otherwise is told by address and
 * program. Ids are hashed to a number which must be below the percentage: another percentage moves the difference only.
 */
export function canaryMaps(route: GatewayRoute): Directive[] {
  if (route.canary === undefined) return [block("map $guard $given_client", 'default "";')];
  return [
    block(
      "map $http_cookie $known_client",
      'default "";',
      `"~${cookieStart(clientCookie)}(?<valid_client>[0-9a-f]{32})${cookieEnd}" $valid_client;`,
    ),
    // A page that leads to another of the same site, and still no cookie: this browser keeps none.
    block(
      'map "$request_method $http_sec_fetch_site $http_accept" $asks_first_page',
      'default "";',
      '"~^GET (?!same-origin ).*text/html" yes;',
    ),
    block(
      'map "$known_client:$asks_first_page" $canary_key',
      'default "$remote_addr $http_user_agent";',
      '"~^(?<kept_client>[0-9a-f]{32}):" $kept_client;',
      '"~^:yes$" $request_id;',
    ),
    block("split_clients $canary_key $in_canary", `${route.canary.percent}% yes;`, '* "";'),
    block(
      'map "$guard:$known_client:$asks_first_page" $given_client',
      'default "";',
      `"~^public::yes$" "${clientCookie}=$request_id; Path=/; Max-Age=${clientSeconds}; HttpOnly; SameSite=Lax$cookie_secure";`,
    ),
  ];
}
