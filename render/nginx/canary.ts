import { cookieEnd, cookieStart } from "./cookie.ts";
import { block, type Directive } from "./directives.ts";
import type { GatewayRoute } from "./route.ts";

/** The cookie that keeps a client in or out of the canary. */
export const clientCookie = "webnet_client";

const clientSeconds = 30 * 24 * 3600;

/**
 * Chooses the canary's clients: `$in_canary` is `yes` for them, and `$given_client` is the cookie for a new one.
 *
 * At a browser's first page the gateway makes up an id, decides by it, and sends it as a cookie, so that the page and
 * all its later requests get the same release. Address and user agent identify other clients without a cookie. A hash
 * turns the id into a number that must be below the percentage: another percentage moves only the difference.
 */
export function canaryMaps(route: GatewayRoute): Directive[] {
  if (route.canary === undefined) return [block("map $guard $given_client", 'default "";')];
  return [
    block(
      "map $http_cookie $known_client",
      'default "";',
      `"~${cookieStart(clientCookie)}(?<valid_client>[0-9a-f]{32})${cookieEnd}" $valid_client;`,
    ),
    // A page request from the same site without a cookie: this browser keeps none.
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
