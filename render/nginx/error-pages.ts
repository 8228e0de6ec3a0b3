import { answerHeaders } from "./headers.ts";
import { block, type Directive } from "./directives.ts";
import { html, pagePolicy } from "./page.ts";
import { frontendMount, type GatewayRoute } from "./route.ts";

/** The errors that the gateway makes itself, with what a plain page says of each. 503 is maintenance. */
const errors: readonly (readonly [status: number, title: string, text: string])[] = [
  [403, "Not allowed", "This address is not for everybody."],
  [404, "Not found", "There is no page at this address."],
  [429, "Too many requests", "Please wait a few seconds, then try again."],
  [502, "Not available", "The application doesn't answer just now. Please try again in a moment."],
  [504, "No answer in time", "The application took too long for this. Please try again."],
];

/** `$asks_page`: a browser wants to show the answer as a page. A file answers only these methods. */
export function errorPageMaps({ errorPages }: GatewayRoute): Directive[] {
  if (!errorPages) return [];
  return [
    block(
      'map "$request_method:$http_accept" $asks_page',
      'default "";',
      '"~*^(?:GET|HEAD):.*text/html" yes;',
    ),
  ];
}

/** Has nginx answer its own errors by a page. A location with any `error_page` loses the inherited ones. */
export function errorPages({ errorPages: wanted }: GatewayRoute): Directive[] {
  if (!wanted) return [];
  return errors.map(([status]) => `error_page ${status} @error_${status};`);
}

/** The frontend's own page of each error, or ours. Programs get what nginx always says. */
export function errorPageLocations(route: GatewayRoute): Directive[] {
  if (!route.errorPages) return [];
  const headers = (policy?: string) =>
    answerHeaders(route, { cache: "no-store", cookie: "", ...(policy !== undefined && { policy }) });
  return errors.flatMap(([status, title, text]) => [
    block(
      `location @error_${status}`,
      `root ${frontendMount};`,
      ...headers(),
      block('if ($asks_page = "")', `return ${status};`),
      `try_files /$release/${status}.html @plain_${status};`,
    ),
    block(
      `location @plain_${status}`,
      "default_type text/html;",
      ...headers(pagePolicy),
      `return ${status} "${html(title, [`<p>${text}</p>`])}\\n";`,
    ),
  ]);
}
