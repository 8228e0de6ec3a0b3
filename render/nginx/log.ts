import { block, type Directive } from "./directives.ts";
import { canaryFallbackAddress } from "./proxy.ts";
import type { GatewayRoute } from "./route.ts";

const fields: readonly (readonly [name: string, value: string])[] = [
  ["time", '"$time_iso8601"'],
  ["request_id", '"$request_id"'],
  ["remote_addr", '"$remote_addr"'],
  ["host", '"$host"'],
  ["method", '"$request_method"'],
  ["uri", '"$request_uri"'],
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
  ["user_agent", '"$http_user_agent"'],
  ["referer", '"$http_referer"'],
];

/** The access log: one JSON object a line on the container's standard output. */
export function accessLog(route: GatewayRoute): Directive[] {
  const line = fields.map(([name, value]) => `"${name}":${value}`).join(",");
  const canary = route.canary?.release;
  const fallback = `"~${canaryFallbackAddress.replaceAll(".", "\\.")}$" ${route.active.release};`;
  return [
    // What a canary that is down leaves unanswered, the active release answers.
    block(
      "map $upstream_addr $served_release",
      "default $release;",
      ...(canary === undefined ? [] : [fallback]),
    ),
    block(
      "map $served_release $color",
      `default ${route.active.color};`,
      '"~^blue-" blue;',
      '"~^green-" green;',
    ),
    block("map $served_release $service", `default ${route.backendHostPrefix}$served_release;`),
    // A connection that ends before its answer has status 000, which is no JSON number.
    block("map $status $logged_status", "default 0;", '"~^[1-9]" $status;'),
    `log_format json escape=json '{${line}}';`,
    "access_log /dev/stdout json;",
  ];
}
