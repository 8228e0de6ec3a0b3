import { block, type Directive } from "./directives.ts";
import { lookCookie, lookKey, lookPath, releaseNamePattern } from "./guard.ts";
import { answerHeaders } from "./headers.ts";
import { html } from "./page.ts";
import type { GatewayRoute } from "./route.ts";

const enterAddress = "unix:/tmp/enter.sock";
const lookSeconds = 8 * 3600;

/**
 * Maps for a browser's look at a release: a page with a form, an address to which the form posts the token and which
 * sets the cookie, and one that removes it. Only a request's body ever holds the token: an address would appear in
 * logs, in the browser's history and in the Referer, and a fragment at least in the history.
 */
export function lookMaps({ guardToken }: GatewayRoute): Directive[] {
  const cookie = `Path=/; Max-Age=${lookSeconds}; HttpOnly; SameSite=Lax$cookie_secure`;
  return [
    block("map $client_scheme $cookie_secure", 'default "";', 'https "; Secure";'),
    block(
      "map $request_body $entering",
      'default "";',
      `"~\\A(?:token=\\+*${guardToken}\\+*&release=(?<form_release>${releaseNamePattern}))\\z" $form_release;`,
    ),
    block(
      "map $entering $look_given",
      `default "${lookCookie}=$entering.${lookKey(guardToken)}; ${cookie}";`,
      '"" "";',
    ),
    block("map $guard $look_note", 'default "";', 'guarded "You look at $release. ";'),
  ];
}

/** Answers the requests that {@link lookLocations} passes on: nginx reads a body only if it passes the request on. */
export function lookServer(): Directive {
  return block(
    "server",
    `listen ${enterAddress};`,
    "server_name _;",
    "access_log off;",
    block("if ($http_x_webnet_entering)", "return 303 /;"),
    "return 403;",
  );
}

/** The addresses of the look, and the page for a browser whose look is over. */
export function lookLocations(route: GatewayRoute): Directive[] {
  return [
    block(
      `location = ${lookPath}`,
      ...page(route),
      `return 200 "${html("Look at a release", [
        "<p>${look_note}</p>",
        `<form method='post' action='${lookPath}/enter'>`,
        "<p><label>Token: <input name='token' type='password' required autofocus autocomplete='off'></label></p>",
        "<p><label>Release: <input name='release' value='standby' list='names' required></label></p>",
        "<datalist id='names'><option>standby<option>blue<option>green</datalist>",
        "<p><button>Look</button></p>",
        "</form>",
        `<p><a href='${lookPath}/leave'>Leave</a>: see what everybody sees.</p>`,
      ])}";`,
    ),
    block(
      `location = ${lookPath}/enter`,
      block('if ($request_method != "POST")', `return 303 ${lookPath};`),
      ...answerHeaders(route, { cache: "no-store", cookie: "$look_given" }),
      "client_max_body_size 1k;",
      "client_body_in_single_buffer on;",
      `proxy_pass http://${enterAddress};`,
      "proxy_method GET;",
      "proxy_pass_request_headers off;",
      "proxy_pass_request_body off;",
      "proxy_request_buffering on;",
      'proxy_set_header Content-Length "";',
      "proxy_set_header X-Webnet-Entering $entering;",
    ),
    block(
      `location = ${lookPath}/leave`,
      ...answerHeaders(route, {
        cache: "no-store",
        cookie: `${lookCookie}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax$cookie_secure`,
      }),
      "return 303 /;",
    ),
    block(
      "location @look_over",
      ...page(route),
      `return 403 "${html("This look is over", [
        "<p>The release that this browser was looking at isn't there any more.</p>",
        `<p><a href='${lookPath}/leave'>See what everybody sees</a>, or <a href='${lookPath}'>look again</a>.</p>`,
      ])}";`,
    ),
  ];
}

function page(route: GatewayRoute): Directive[] {
  return [
    "default_type text/html;",
    "charset utf-8;",
    ...answerHeaders(route, {
      cache: "no-store",
      policy: "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    }),
  ];
}
