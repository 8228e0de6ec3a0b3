import type { Directive } from "./directives.ts";

/** What differs between those who answer. */
export interface RequestHeaderOptions {
  /** Value of `Connection`. */
  connection: string;
  /** Default: as the client has named it */
  host?: string | undefined;
  /** The path that is taken off the request's address. Default: none */
  prefix?: string | undefined;
}

/** The headers of a request that is passed on, in place of the client's own of these names. */
export function requestHeaders({
  connection,
  host = "$host$port_suffix",
  prefix,
}: RequestHeaderOptions): Directive[] {
  return [
    // nginx checks $host, but not $http_host. An application also builds links from the port.
    `proxy_set_header Host ${host};`,
    `proxy_set_header Connection ${connection};`,
    "proxy_set_header X-Request-Id $request_id;",
    "proxy_set_header X-Real-IP $client_address;",
    // Replaces the client's value instead of appending to it: this is the edge, and the value may be false.
    "proxy_set_header X-Forwarded-For $client_address;",
    "proxy_set_header X-Forwarded-Proto $client_scheme;",
    "proxy_set_header X-Forwarded-Host $host$port_suffix;",
    "proxy_set_header X-Forwarded-Port $client_port;",
    drop("Forwarded"),
    prefix === undefined ? drop("X-Forwarded-Prefix") : `proxy_set_header X-Forwarded-Prefix ${prefix};`,
    ...["X-Forwarded-Ssl", "Proxy"].map(drop),
    ...["X-Webnet-Release", "X-Webnet-Replica", "X-Webnet-Token"].map(drop),
    "proxy_set_header Cookie $backend_cookies;",
  ];
}

function drop(header: string): Directive {
  return `proxy_set_header ${header} "";`;
}
