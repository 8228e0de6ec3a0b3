import { block, type Directive } from "./directives.ts";

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
  ["release", '"$release"'],
  ["service", '"$service"'],
  ["guarded", "$guarded"],
  ["user_agent", '"$http_user_agent"'],
  ["referer", '"$http_referer"'],
];

/** The access log: one JSON object a line on the container's standard output. */
export function accessLog(): Directive[] {
  const line = fields.map(([name, value]) => `"${name}":${value}`).join(",");
  return [
    // A connection that ends before its answer has status 000, which is no JSON number.
    block("map $status $logged_status", "default 0;", '"~^[1-9]" $status;'),
    `log_format json escape=json '{${line}}';`,
    "access_log /dev/stdout json;",
  ];
}
