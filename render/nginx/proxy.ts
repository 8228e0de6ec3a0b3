import { block, type Directive } from "./directives.ts";
import { authorizationHeader } from "./access.ts";
import { hasNoBackend } from "./alone.ts";
import { backendOf, passTo } from "./backend.ts";
import { clientCookie } from "./canary.ts";
import { activeUpstream, canaryUpstream, lookCookie, lookKey } from "./guard.ts";
import { errorPages } from "./error-pages.ts";
import { pathToBackend } from "./paths.ts";
import { clientMaps } from "./proxies.ts";
import { requestHeaders } from "./request-headers.ts";
import { replicaHosts } from "../../workload/names.ts";
import type { GatewayRoute } from "./route.ts";

/** One of several that doesn't answer is tried again after some seconds. */
const aside = "max_fails=1 fail_timeout=3s";
const fallbackAddress = "unix:/tmp/fallback.sock";
/** Socket by which requests that the canary can't take go to the active release. */
export const canaryFallbackAddress = "unix:/tmp/canary-fallback.sock";

const bufferKilobytes = 16;

/** Room for the headers of applications with long cookies or tokens. nginx demands all of it together. */
function answerHeaderRoom({ headerKilobytes: { answer } }: GatewayRoute): Directive[] {
  return [
    `proxy_buffer_size ${answer}k;`,
    `proxy_buffers 8 ${bufferKilobytes}k;`,
    // The least of what nginx accepts for it.
    `proxy_busy_buffers_size ${Math.max(2 * bufferKilobytes, answer)}k;`,
  ];
}

/** Maps for the proxied requests: streams, websockets, and scheme and port that the client sees. */
export function proxyMaps(route: GatewayRoute): Directive[] {
  return [
    // Only websockets: a forwarded `h2c` upgrade would open a tunnel past the locations below.
    block("map $http_upgrade $upgrade_header", 'default "";', '"~*^websocket$" websocket;'),
    block("map $upgrade_header $connection_header", 'default "";', "websocket upgrade;"),
    block(
      "map $uri $is_stream_path",
      'default "";',
      ...(route.streamPaths ?? []).map((path) => `"~^${pathToBackend(path)}" yes;`),
    ),
    block(
      'map "$is_stream_path:$upgrade_header:$http_accept" $streaming',
      'default "";',
      '"~^yes:" yes;',
      '"~^:websocket:" yes;',
      '"~*^::.*text/event-stream" yes;',
    ),
    // A request from the gateway's own container has no address, and a backend may want one.
    block("map $remote_addr $client_address", "default $remote_addr;", '"unix:" 127.0.0.1;'),
    ...clientMaps(route),
    block("map $http_host $port_suffix", 'default "";', '"~(?<asked_port>:[0-9]+)$" $asked_port;'),
  ];
}

/**
 * `$backend_cookies`: the request's cookies without the gateway's own, which no backend needs. The map removes the
 * cookie with the key even if others of its name come before it.
 */
export function cookieMaps({ guardToken }: GatewayRoute): Directive[] {
  const withKey = `${lookCookie}=[^;]*\\.${lookKey(guardToken)}`;
  return [
    without("key", withKey, "$http_cookie", "$cookies_without_key"),
    without("look", `${lookCookie}=[^;]*`, "$cookies_without_key", "$cookies_without_look"),
    without("client", `${clientCookie}=[^;]*`, "$cookies_without_look", "$backend_cookies"),
  ];
}

function without(what: string, cookie: string, cookies: string, rest: string): Directive {
  return block(
    `map ${cookies} ${rest}`,
    `default ${cookies};`,
    `"~^${cookie}(?:; *(?<after_first_${what}>.*))?$" $after_first_${what};`,
    `"~^(?<before_${what}>.*?); *${cookie}(?<after_${what}>(?:;.*)?)$" $before_${what}$after_${what};`,
  );
}

/**
 * The active release's backend. nginx looks its name up at run time, so nginx starts without it and follows its
 * address.
 */
export function activeBackend(route: GatewayRoute): Directive[] {
  const [backend = "", ...others] = backendsOf(route, route.active.release);
  const resolver = [
    // `valid` overrides the engine's 600 s: a restarted container may have another address.
    `resolver ${route.resolver} valid=2s ipv6=off;`,
    "resolver_timeout 2s;",
  ];
  // nginx would look for its name all the time.
  if (hasNoBackend(route, route.active.color)) return resolver;
  return [
    ...resolver,
    // For some milliseconds after a reload to another release, its name has no address, and nginx would answer 502. The
    // fallback looks the name up per request and waits for it. `max_fails=0` if there is one backend: a failure would
    // count and set it aside for 10 s.
    upstream(
      activeUpstream,
      [backend, ...others].map((one) => `${one} resolve ${others.length === 0 ? "max_fails=0" : aside}`),
      fallbackAddress,
    ),
    fallbackServer(fallbackAddress, backend, route),
  ];
}

/**
 * The backend of the canary's release. If it is down, its requests go to the active release, except one that changes
 * something and has already reached it.
 */
export function canaryBackend(route: GatewayRoute): Directive[] {
  const release = route.canary?.release;
  // The canary has the same parts as what serves.
  if (release === undefined || hasNoBackend(route, route.active.color)) return [];
  return [
    // Here nginx should set it aside: each try of an address that is gone takes some seconds.
    upstream(
      canaryUpstream,
      backendsOf(route, release).map((one) => `${one} resolve max_fails=2 fail_timeout=10s`),
      canaryFallbackAddress,
    ),
    fallbackServer(canaryFallbackAddress, activeUpstream, route),
  ];
}

/** Host and port of each container of a release's backend. */
function backendsOf(route: GatewayRoute, release: string): string[] {
  const { backendHostPrefix, replicas = 1 } = route;
  const { port } = backendOf(route);
  return replicaHosts(backendHostPrefix, release, replicas).map((host) => `${host}:${port}`);
}

function upstream(name: string, servers: readonly string[], fallback: string): Directive {
  return block(
    `upstream ${name}`,
    `zone ${name} 256k;`,
    // A slow one gets fewer requests.
    ...(servers.length > 1 ? ["least_conn;"] : []),
    ...servers.map((server) => `server ${server};`),
    `server ${fallback} backup max_fails=0;`,
    "keepalive 32;",
    // Below the 5 s after which Node closes an idle connection, and the 20 s of Spring.
    "keepalive_timeout 4s;",
  );
}

/** Between the public server and a backend: it must take all that the public server takes, and wait as long. */
function fallbackServer(address: string, backend: string, route: GatewayRoute): Directive {
  const { clientMaxBodyMegabytes, headerKilobytes, routes = [], times } = route;
  const longestSeconds = Math.max(3600, times.proxy, times.stream);
  const largestMegabytes = Math.max(
    clientMaxBodyMegabytes,
    ...routes.map(({ maxBodyMegabytes = 0 }) => maxBodyMegabytes),
  );
  return block(
    "server",
    `listen ${address};`,
    "server_name _;",
    "access_log off;",
    `client_max_body_size ${largestMegabytes}m;`,
    // More than the public server's: it has added headers of its own to the client's.
    `large_client_header_buffers 4 ${2 * headerKilobytes.request}k;`,
    // The public server stops reading while its client is slow.
    `send_timeout ${longestSeconds}s;`,
    ...answerHeaderRoom(route),
    block(
      "location /",
      `set $fallback_backend ${backend};`,
      "proxy_pass http://$fallback_backend;",
      "proxy_http_version 1.1;",
      "proxy_set_header Host $host$port_suffix;",
      "proxy_set_header Upgrade $upgrade_header;",
      "proxy_set_header Connection $connection_header;",
      "proxy_buffering off;",
      // By this header an answer asks the public server not to buffer it.
      "proxy_pass_header X-Accel-Buffering;",
      "proxy_request_buffering off;",
      "proxy_connect_timeout 5s;",
      `proxy_read_timeout ${longestSeconds}s;`,
      `proxy_send_timeout ${longestSeconds}s;`,
      "proxy_redirect off;",
    ),
  );
}

/** The defaults of every proxied request, for the public server. */
export function proxyDefaults(route: GatewayRoute): Directive[] {
  const { bounds, replicas = 1, streamsUploads, times } = route;
  return [
    "proxy_http_version 1.1;",
    "proxy_redirect off;",
    "proxy_hide_header X-Powered-By;",
    "proxy_hide_header X-Webnet-Release;",
    // add_header sends it again, unless no cache may keep the answer.
    "proxy_hide_header Cache-Control;",
    "add_header Cache-Control $backend_cache always;",
    // Beside others, one that is gone is not waited for.
    `proxy_connect_timeout ${replicas > 1 ? 1 : 5}s;`,
    // Never `non_idempotent`: the backend may have executed a POST if nginx sent any part of it. A POST that finds the
    // port closed, like a late request to a stopping release, still goes to the fallback, and so to the serving
    // release.
    "proxy_next_upstream error timeout;",
    `proxy_next_upstream_tries ${replicas + 1};`,
    // One of several may end late in an answer that another one then begins.
    `proxy_next_upstream_timeout ${replicas > 1 ? Math.max(times.proxy, 10) : 10}s;`,
    ...answerHeaderRoom(route),
    ...(streamsUploads === true ? ["proxy_request_buffering off;"] : []),
    // Up to this size, a slow client does not hold the backend; the rest of a larger answer waits for its client.
    `proxy_max_temp_file_size ${bounds.answerKilobytes}k;`,
  ];
}

/** A request with an answer in some time. Streaming requests go on to {@link streamLocation}. */
export function proxied(route: GatewayRoute): Directive[] {
  return [
    // nginx never makes a 418 itself, and it does not intercept a backend's own.
    "error_page 418 = @stream;",
    ...errorPages(route),
    block("if ($streaming)", "return 418;"),
    ...passTo(route),
    `proxy_read_timeout ${route.times.proxy}s;`,
    `proxy_send_timeout ${route.times.proxy}s;`,
    ...requestHeaders({ connection: '""', prefix: prefixOf(route) }),
    ...authorizationHeader(route),
  ];
}

/** Websockets and event streams, which may be silent for long. nginx passes events on as they come. */
export function streamLocation(route: GatewayRoute): Directive {
  const { times } = route;
  return block(
    "location @stream",
    ...passTo(route),
    "proxy_buffering off;",
    // After a drain, the release or nginx closes what still streams. With chunks, a browser would see an answer cut off
    // and report a failure. An answer that lasts as long as its connection simply ends.
    "chunked_transfer_encoding off;",
    `proxy_read_timeout ${times.stream}s;`,
    `proxy_send_timeout ${times.stream}s;`,
    ...requestHeaders({ connection: "$connection_header", prefix: prefixOf(route) }),
    ...authorizationHeader(route),
    "proxy_set_header Upgrade $upgrade_header;",
  );
}

function prefixOf(route: GatewayRoute): string | undefined {
  const { basePath, strips } = backendOf(route);
  return strips === true ? basePath : undefined;
}
