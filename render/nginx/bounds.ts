import type { GatewayBounds } from "../../settings/bounds.ts";
import { block, type Directive } from "./directives.ts";
import { ownContainerAlone } from "./process.ts";

/** What a body may be without a file of its own, in KB. */
const bodyBufferKilobytes = 16;
/** Under what a client may have open, so that a page of many pictures over one connection meets no bound. */
const streamsPerConnection = 64;
const retryAfterSeconds = 5;

/**
 * Private addresses, which are no client's: those of a proxy in front, or of the engine's own proxy, which passes on what
 * comes by IPv6 or from the host itself. All clients would share one bound.
 */
const nearNetworks = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "::1/128",
  "fc00::/7",
];

/**
 * Counts what is under way: by client and in all, and apart from that what waits on disk. Checks of the gateway's health
 * and those that ask for a release aren't counted, so that a full gateway can still be watched and switched.
 */
export function boundsMaps(): Directive[] {
  return [
    `client_body_buffer_size ${bodyBufferKilobytes}k;`,
    `http2_max_concurrent_streams ${streamsPerConnection};`,
    block("geo $is_near", 'default "";', ...nearNetworks.map((network) => `${network} near;`)),
    block('map "$guard:$uri" $counted', 'default "";', '"public:/healthz" "";', '"~^public:" all;'),
    block('map "$counted:$is_near" $counted_client', 'default "";', '"all:" $binary_remote_addr;'),
    // A length of five digits or more, or none at all: nothing says then that it fits into the buffer.
    block(
      'map "$content_length:$http_transfer_encoding:$server_protocol:$request_method" $has_upload',
      'default "";',
      '"~^[0-9]{5,}:" yes;',
      '"~*^:[^:]*chunked" yes;',
      '"~^::HTTP/2\\.0:(?!GET$|HEAD$|OPTIONS$)" yes;',
    ),
    block(
      'map "$counted:$has_upload:$uri" $counted_upload',
      'default "";',
      '"~^all:yes:" all;',
      `"all::${fullPath}" all;`,
    ),
    block(
      'map "$counted:$has_upload:$is_near" $uploading_client',
      'default "";',
      '"all:yes:" $binary_remote_addr;',
    ),
    "limit_conn_zone $counted zone=requests:64k;",
    "limit_conn_zone $counted_client zone=clients:1m;",
    "limit_conn_zone $counted_upload zone=uploads:64k;",
    "limit_conn_zone $uploading_client zone=uploading_clients:1m;",
    // A backend's own 429 says itself when to come back.
    block('map "$status:$upstream_status" $retry_after', 'default "";', `"429:" ${retryAfterSeconds};`),
  ];
}

/** Where nginx's own container asks whether it would turn everybody away. */
export const fullPath = "/.webnet/full";

/**
 * Answers 429 where nothing more is taken of anybody. Only a request that is counted can tell: the counts of a worker that
 * was killed are never given back, not by a reload either, so that after it nginx may turn everybody away for good.
 */
export function fullLocation({ requests, uploads }: GatewayBounds): Directive {
  return block(
    `location = ${fullPath}`,
    ownContainerAlone,
    `limit_conn requests ${requests};`,
    `limit_conn uploads ${uploads};`,
    "limit_conn_status 429;",
    "limit_conn_log_level info;",
    // Any answer that comes after the bounds; a `return` would come before them.
    "stub_status;",
  );
}

/**
 * The bounds of the public server. Whoever is beyond one gets 429: a 5xx would count against the release, and a single
 * client could so have a deploy taken back.
 */
export function boundsOf({
  requests,
  requestsPerClient,
  uploads,
  uploadsPerClient,
}: GatewayBounds): Directive[] {
  return [
    `limit_conn requests ${requests};`,
    ...(requestsPerClient === 0 ? [] : [`limit_conn clients ${requestsPerClient};`]),
    `limit_conn uploads ${uploads};`,
    `limit_conn uploading_clients ${uploadsPerClient};`,
    "limit_conn_status 429;",
    // The access log has each of them.
    "limit_conn_log_level info;",
  ];
}
