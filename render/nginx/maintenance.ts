import { answerHeaders } from "./headers.ts";
import { block, type Directive } from "./directives.ts";
import { html, pagePolicy } from "./page.ts";
import { frontendMount, type GatewayRoute } from "./route.ts";

/** The page in a frontend that clients get in place of ours. */
const maintenancePage = "maintenance.html";

const text = "Closed for maintenance. Please try again later.";
const page = html("Closed for maintenance", ["<p>Please try again later.</p>"]);

/**
 * `$may_be_closed`: what a request gets while the platform is closed: a `page`, a `text`, or nothing else than ever. So do
 * guests, who asks for a release with the token, the gateway's own container with its smoke checks, and who asks for the
 * health.
 */
export function maintenanceMaps({ maintenance }: GatewayRoute): Directive[] {
  const guests = (maintenance?.guests ?? []).map((address) => `${address} guest;`);
  return [
    block("geo $kind_of_client", "default client;", ...guests),
    block(
      'map "$guard $kind_of_client $remote_addr $uri" $is_client',
      'default "";',
      String.raw`"~^public client (?!unix:)\S+ (?!/healthz$|/\.webnet/)" yes;`,
    ),
    block(
      'map "$is_client:$request_method:$http_accept" $may_be_closed',
      'default "";',
      // A file answers only these methods.
      '"~*^yes:(?:GET|HEAD):.*text/html" page;',
      '"~^yes:" text;',
    ),
  ];
}

/** Turns clients away while the platform is closed: by the settings, or by a file that an operator's command makes. */
export function maintenanceCheck({ maintenance, maintenanceFile }: GatewayRoute): Directive[] {
  return [
    "set $closed $may_be_closed;",
    ...(maintenance?.on === true ? [] : [block(`if (!-e ${maintenanceFile})`, 'set $closed "";')]),
    // nginx makes no other 503 itself, and it does not intercept a backend's own.
    "error_page 503 @closed;",
    block("if ($closed)", "return 503;"),
  ];
}

/** The frontend's own page, or ours. */
export function maintenanceLocations(route: GatewayRoute): Directive[] {
  const headers = answerHeaders(route, { cache: "no-store", cookie: "" });
  return [
    block(
      "location @closed",
      `root ${frontendMount};`,
      "default_type text/plain;",
      ...headers,
      block("if ($closed = text)", `return 503 "${text}\\n";`),
      `try_files /$release/${maintenancePage} @closed_page;`,
    ),
    block(
      "location @closed_page",
      "default_type text/html;",
      ...answerHeaders(route, { cache: "no-store", cookie: "", policy: pagePolicy }),
      `return 503 "${page}\\n";`,
    ),
  ];
}
