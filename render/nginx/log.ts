import { block, type Directive } from "./directives.ts";
import { logsOf, type Listening } from "./process.ts";
import { escaped } from "./paths.ts";
import { canaryFallbackAddress } from "./proxy.ts";
import type { GatewayRoute } from "./route.ts";
import { upstreamName } from "./outside.ts";

/**
 * The fields that a client decides: the field, nginx's variable, and how many bytes nginx logs. Together they stay
 * below the 16 KiB at which the engine cuts a line in two. In JSON, a quote takes two bytes, and a control character,
 * which only the last two can hold, six.
 */
const told: readonly (readonly [name: string, variable: string, bytes: number])[] = [
  // Any capital letters are a method to nginx. The longest that is registered has 17.
  ["method", "request_method", 32],
  ["host", "host", 255],
  ["uri", "request_uri", 2000],
  ["referer", "http_referer", 1000],
  ["user_agent", "http_user_agent", 500],
];

const fields: readonly (readonly [name: string, value: string])[] = [
  ["time", '"$time_iso8601"'],
  ["request_id", '"$request_id"'],
  ["remote_addr", '"$client_address"'],
  ["host", '"$logged_host"'],
  ["method", '"$logged_method"'],
  ["uri", '"$logged_uri"'],
  ["status", "$logged_status"],
  ["bytes", "$body_bytes_sent"],
  ["request_time", "$request_time"],
  ["upstream_addr", '"$upstream_addr"'],
  ["upstream_status", '"$upstream_status"'],
  ["upstream_response_time", '"$upstream_response_time"'],
  ["color", '"$color"'],
  ["release", '"$served_release"'],
  ["service", '"$service"'],
  ["guarded", "$guarded"],
  ["user_agent", '"$logged_user_agent"'],
  ["referer", '"$logged_referer"'],
];

/** Any UTF-8 text, byte by byte: in UTF-8 mode the library would fail on other bytes. */
const utf8 = [
  "[\\x00-\\x7F]",
  "[\\xC2-\\xDF][\\x80-\\xBF]",
  "\\xE0[\\xA0-\\xBF][\\x80-\\xBF]",
  "[\\xE1-\\xEC\\xEE\\xEF][\\x80-\\xBF]{2}",
  "\\xED[\\x80-\\x9F][\\x80-\\xBF]",
  "\\xF0[\\x90-\\xBF][\\x80-\\xBF]{2}",
  "[\\xF1-\\xF3][\\x80-\\xBF]{3}",
  "\\xF4[\\x80-\\x8F][\\x80-\\xBF]{2}",
].join("|");

/** The access log: one JSON object per line, which in the end is on the container's standard output. */
export function accessLog(route: GatewayRoute, listening: Listening): Directive[] {
  const line = fields.map(([name, value]) => `"${name}":${value}`).join(",");
  const canary = route.canary?.release;
  const fallback = `"~${canaryFallbackAddress.replaceAll(".", "\\.")}$" ${route.active.release};`;
  const outside = outsideOf(route);
  return [
    ...told.flatMap(loggedMaps),
    // The active release answers what a stopped canary leaves unanswered. What is outside is no release's.
    block(
      outside.length === 0
        ? "map $upstream_addr $served_release"
        : 'map "$proxy_host:$upstream_addr" $served_release',
      "default $release;",
      ...outside.map(({ pattern }) => `"~^${pattern}:" "";`),
      ...(canary === undefined ? [] : [fallback]),
    ),
    block(
      "map $served_release $color",
      `default ${route.active.color};`,
      ...(outside.length === 0 ? [] : ['"" "";']),
      '"~^blue-" blue;',
      '"~^green-" green;',
    ),
    block(
      outside.length === 0 ? "map $served_release $service" : 'map "$proxy_host:" $service',
      `default ${route.backendHostPrefix}$served_release;`,
      ...outside.map(({ name, pattern }) => `"~^${pattern}:" ${name};`),
    ),
    // A connection that ends before its answer has status 000, which is no JSON number.
    block("map $status $logged_status", "default 0;", '"~^[1-9]" $status;'),
    `log_format json escape=json '{${line}}';`,
    `access_log ${logsOf(listening).access} json;`,
  ];
}

/** What is outside, with the name of its route and a pattern of `$proxy_host`, which is empty if nothing is passed on. */
function outsideOf({ routes = [] }: GatewayRoute): { name: string; pattern: string }[] {
  return routes.flatMap(({ name, to }) =>
    to === undefined
      ? []
      : [{ name, pattern: `(?:${upstreamName({ name })}|${escaped(to.host)}:${to.port})` }],
  );
}

/**
 * `$logged_<field>`: what the client has sent, up to the first byte that is not UTF-8 or to the longest length. `…`
 * marks a cut.
 */
function loggedMaps([field, variable, bytes]: (typeof told)[number]): Directive[] {
  return [
    block(
      `map $${variable} $short_${field}`,
      `default $${variable};`,
      `"~^(?s)(?<first_of_${field}>.{${bytes}})." "$first_of_${field}…";`,
    ),
    block(
      `map $short_${field} $logged_${field}`,
      'default "";',
      `"~^(?<whole_${field}>(?:${utf8})*+)\\z" $whole_${field};`,
      `"~^(?<part_of_${field}>(?:${utf8})*+)" "$part_of_${field}…";`,
    ),
  ];
}
