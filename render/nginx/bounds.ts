import type { GatewayBounds } from "../../settings/bounds.ts";
import { defaults } from "../../settings/defaults.ts";
import { block, type Directive } from "./directives.ts";
import { nearNetworks } from "./near.ts";
import { ownContainerAlone } from "./process.ts";
import type { GatewayRoute } from "./route.ts";

/** Largest body without a file of its own, in KB. */
const bodyBufferKilobytes = 16;
/** Below the default bound on one client, so that a page of many pictures over one connection meets no bound. */
const streamsPerConnection = 64;
const retryAfterSeconds = 5;

/**
 * Counts open requests per client and in all, and separately those whose body waits on disk. Does not count the
 * gateway's health checks or requests that ask for a release, so that the operator can still watch and switch a full
 * gateway.
 */
export function boundsMaps({ maintenance }: GatewayRoute): Directive[] {
  return [
    `client_body_buffer_size ${bodyBufferKilobytes}k;`,
    `http2_max_concurrent_streams ${streamsPerConnection};`,
    block("geo $is_near", 'default "";', ...nearNetworks.map((network) => `${network} near;`)),
    block('map "$guard:$uri" $counted', 'default "";', '"public:/healthz" "";', '"~^public:" all;'),
    // A client by IPv6 has a whole network of addresses.
    block(
      "map $binary_remote_addr $client_network",
      "default $binary_remote_addr;",
      '"~(?s)\\A(?<client_prefix>.{8}).{8}\\z" $client_prefix;',
    ),
    block('map "$counted:$is_near" $counted_client', 'default "";', '"all:" $client_network;'),
    // A length of five digits or more, or no length: nothing says that the body fits into the buffer.
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
      `"all::${fewPath}" all;`,
    ),
    block(
      'map "$counted:$has_upload:$is_near" $uploading_client',
      'default "";',
      '"all:yes:" $client_network;',
    ),
    "limit_conn_zone $counted zone=requests:64k;",
    "limit_conn_zone $counted_client zone=clients:1m;",
    "limit_conn_zone $counted_upload zone=uploads:64k;",
    "limit_conn_zone $uploading_client zone=uploading_clients:1m;",
    // A backend's own 429 sets its own Retry-After. Another 503 than the maintenance's is the backend's.
    block(
      'map "$status:$upstream_status" $retry_after',
      'default "";',
      `"429:" ${retryAfterSeconds};`,
      `"503:" ${maintenance?.retryAfterSeconds ?? defaults.gateway.maintenance.retryAfterSeconds.value};`,
    ),
  ];
}

/** Where nginx's own container asks whether nginx would turn every client away. */
export const fullPath = "/.webnet/full";

/** Where nginx's own container asks whether hardly any request counts. */
export const fewPath = "/.webnet/few";
/** Less than this share of a bound, and whatever counts for ever leaves nginx nearly all of it. */
const fewOfBound = 0.1;

/**
 * Answers 429 if nginx would take no more requests from any client. Only a counted request can tell. nginx never gives
 * back the counts of a killed worker, not even at a reload, so it may then turn every client away for good.
 */
export function fullLocation({ requests, uploads }: GatewayBounds): Directive {
  return boundedLocation(fullPath, requests, uploads);
}

/** Answers 429 unless fewer requests count than a tenth of each bound: then no killed worker left more either. */
export function fewLocation({ requests, uploads }: GatewayBounds): Directive {
  return boundedLocation(fewPath, Math.ceil(requests * fewOfBound), Math.ceil(uploads * fewOfBound));
}

function boundedLocation(path: string, requests: number, uploads: number): Directive {
  return block(
    `location = ${path}`,
    ownContainerAlone,
    `limit_conn requests ${requests};`,
    `limit_conn uploads ${uploads};`,
    "limit_conn_status 429;",
    "limit_conn_log_level info;",
    // Any answer that nginx makes after it has checked the bounds; it would make a `return` before them.
    "stub_status;",
  );
}

/**
 * The bounds of the public server. A client beyond one gets 429: it asks for too much, and nothing is out of service.
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
    // The access log already has each refusal.
    "limit_conn_log_level info;",
  ];
}
