import { block, type Directive } from "./directives.ts";
import { clientCookie } from "./canary.ts";
import { activeUpstream, canaryUpstream, lookCookie, lookKey } from "./guard.ts";
import { backendPort, type GatewayRoute } from "./route.ts";

const fallbackAddress = "unix:/tmp/fallback.sock";
/** Passes what the canary's release can't take on to the active one. */
export const canaryFallbackAddress = "unix:/tmp/canary-fallback.sock";

/** Maps that the proxied requests need: streams, websockets and the port that the client sees. */
export function proxyMaps(): Directive[] {
  return [
    // Only websockets: a forwarded `h2c` upgrade would open a tunnel past the locations below.
    block("map $http_upgrade $upgrade_header", 'default "";', '"~*^websocket$" websocket;'),
    block("map $upgrade_header $connection_header", 'default "";', "websocket upgrade;"),
    block(
      'map "$upgrade_header:$http_accept" $streaming',
      'default "";',
      '"~^websocket:" yes;',
      '"~*^:.*text/event-stream" yes;',
    ),
    // What asks in the gateway's own container has no address, and a backend may want one.
    block("map $remote_addr $client_address", "default $remote_addr;", '"unix:" 127.0.0.1;'),
    block("map $http_host $port_suffix", 'default "";', '"~(?<asked_port>:[0-9]+)$" $asked_port;'),
  ];
}

/**
 * `$backend_cookies`: the request's cookies less the gateway's own, which are no business of a backend's. The one that
 * holds the key goes in any case, also where others of its name come before it.
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

/** The active release's backend, found by DNS while nginx runs, so that nginx starts without it and follows its address. */
export function activeBackend(route: GatewayRoute): Directive[] {
  const backend = `${route.backendHostPrefix}${route.active.release}:${backendPort}`;
  return [
    // `valid` overrules the engine's 600 s: a restarted container may have another address.
    `resolver ${route.resolver} valid=2s ipv6=off;`,
    "resolver_timeout 2s;",
    // After a reload to another release its name has no address for some milliseconds, and nginx would answer 502; the
    // fallback looks the name up per request and waits for it.
    // With two servers a failure would count, and put the only backend aside for 10 s.
    upstream(activeUpstream, `${backend} resolve max_fails=0`, fallbackAddress),
    fallbackServer(fallbackAddress, backend, route.clientMaxBodyMegabytes),
  ];
}

/**
 * The backend of the canary's release. What it can't take, because it is down, goes to the active release; a request
 * that changes something and had reached it doesn't.
 */
export function canaryBackend(route: GatewayRoute): Directive[] {
  const release = route.canary?.release;
  if (release === undefined) return [];
  const backend = `${route.backendHostPrefix}${release}:${backendPort}`;
  return [
    // Here it is to be put aside: each try of an address that is gone takes some seconds.
    upstream(canaryUpstream, `${backend} resolve max_fails=2 fail_timeout=10s`, canaryFallbackAddress),
    fallbackServer(canaryFallbackAddress, activeUpstream, route.clientMaxBodyMegabytes),
  ];
}

function upstream(name: string, server: string, fallback: string): Directive {
  return block(
    `upstream ${name}`,
    `zone ${name} 256k;`,
    `server ${server};`,
    `server ${fallback} backup max_fails=0;`,
    "keepalive 32;",
    // Below the 5 s after which Node, and the 20 s after which Spring, closes an idle connection.
    "keepalive_timeout 4s;",
  );
}

function fallbackServer(address: string, backend: string, clientMaxBodyMegabytes: number): Directive {
  return block(
    "server",
    `listen ${address};`,
    "server_name _;",
    "access_log off;",
    `client_max_body_size ${clientMaxBodyMegabytes}m;`,
    block(
      "location /",
      `set $fallback_backend ${backend};`,
      "proxy_pass http://$fallback_backend;",
      "proxy_http_version 1.1;",
      "proxy_set_header Host $host$port_suffix;",
      "proxy_set_header Upgrade $upgrade_header;",
      "proxy_set_header Connection $connection_header;",
      "proxy_buffering off;",
      "proxy_request_buffering off;",
      "proxy_connect_timeout 5s;",
      "proxy_read_timeout 1h;",
      "proxy_send_timeout 1h;",
      "proxy_redirect off;",
    ),
  );
}

/** What holds for every proxied request; belongs into the public server. */
export function proxyDefaults({ bounds }: GatewayRoute): Directive[] {
  return [
    "proxy_http_version 1.1;",
    "proxy_redirect off;",
    "proxy_hide_header X-Powered-By;",
    "proxy_hide_header X-Webnet-Release;",
    // Sent anew, unless the answer must not be kept.
    "proxy_hide_header Cache-Control;",
    "add_header Cache-Control $backend_cache always;",
    "proxy_connect_timeout 5s;",
    // Never `non_idempotent`: a POST of which anything was sent may have been done. One that found the port closed, as a
    // late request to a stopping release does, still goes on to the fallback, and so to the release that serves.
    "proxy_next_upstream error timeout;",
    "proxy_next_upstream_tries 2;",
    "proxy_next_upstream_timeout 10s;",
    // Room for the headers of applications with long cookies or tokens.
    "proxy_buffer_size 16k;",
    "proxy_buffers 8 16k;",
    // A slow client of a large answer doesn't hold the backend up to here; what is longer waits for its client.
    `proxy_max_temp_file_size ${bounds.answerKilobytes}k;`,
  ];
}

/** A request that is answered within a minute. Those that stream go on to {@link streamLocation}. */
export function proxied(): Directive[] {
  return [
    // 418 is no status that nginx makes itself, and the backend's own are not intercepted.
    "error_page 418 = @stream;",
    block("if ($streaming)", "return 418;"),
    "proxy_pass http://$backend;",
    "proxy_read_timeout 60s;",
    "proxy_send_timeout 60s;",
    ...requestHeaders('""'),
  ];
}

/** Websockets and event streams: may be silent for an hour; events are passed on as they come. */
export function streamLocation(): Directive {
  return block(
    "location @stream",
    "proxy_pass http://$backend;",
    "proxy_buffering off;",
    // A superseded worker closes what still streams when its drain time is over. In chunks that would be an answer cut
    // off, which a browser reports as failed; an answer that lasts as long as its connection simply ends.
    "chunked_transfer_encoding off;",
    "proxy_read_timeout 1h;",
    "proxy_send_timeout 1h;",
    ...requestHeaders("$connection_header"),
    "proxy_set_header Upgrade $upgrade_header;",
  );
}

function requestHeaders(connection: string): Directive[] {
  return [
    // $host is checked by nginx, $http_host is not; the port is part of what an application builds links from.
    "proxy_set_header Host $host$port_suffix;",
    `proxy_set_header Connection ${connection};`,
    "proxy_set_header X-Request-Id $request_id;",
    "proxy_set_header X-Real-IP $client_address;",
    // Replaced, not appended to: this is the edge, and what a client claims is not true.
    "proxy_set_header X-Forwarded-For $client_address;",
    "proxy_set_header X-Forwarded-Proto $scheme;",
    "proxy_set_header X-Forwarded-Host $host$port_suffix;",
    ...["Forwarded", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Ssl", "Proxy"].map(drop),
    ...["X-Webnet-Release", "X-Webnet-Token"].map(drop),
    "proxy_set_header Cookie $backend_cookies;",
  ];
}

function drop(header: string): Directive {
  return `proxy_set_header ${header} "";`;
}
