/** The amount of traffic by kind. Default of each kind: none. Rates are per second, over all connections. */
export interface TrafficKinds {
  /** GETs of `paths` in turn (default `/` and `/api/version`) over kept connections. */
  keepAlive?: { connections: number; perSecond: number; paths?: string[] };
  /** The same GETs, each over a new connection. */
  newConnection?: { perSecond: number; paths?: string[] };
  /**
   * HTTP/2, without TLS with prior knowledge. Each connection makes parallel requests: GETs of `paths` in turn (default
   * `/`, `/api/version` and a request that takes a second), and every fourth time a POST that writes a row.
   */
  http2?: { connections: number; perSecond: number; paths?: string[] };
  /** POSTs that each write a row with a new id. Never repeated. */
  rows?: { connections: number; perSecond: number };
  /** Requests whose answer takes `seconds`, one after the other on each connection. */
  slow?: { connections: number; seconds: number };
  /** POSTs of `bytes` (at most 64 MiB), sent evenly over `seconds`. The answer must prove size and digest. */
  uploads?: { connections: number; bytes: number; seconds: number };
  /** Server-sent events. Reads each stream for `seconds` and then opens a new one. */
  events?: { connections: number; seconds: number };
  /** Open websockets. The backend must echo each message. */
  socket?: { connections: number; perSecond: number };
}

/** Options of `startTraffic`. */
export interface TrafficOptions {
  /** The address of a server on this machine, e.g. `http://127.0.0.1:8080`. */
  baseUrl: string;
  kinds: TrafficKinds;
  /** The name of the step before the first `mark`. Default "start". */
  step?: string;
  /** Host header. Default: the host of `baseUrl`. */
  host?: string;
  /** PEM text of the authority that must have issued the server's certificate, for `https`. Default: the well-known ones. */
  authority?: string;
  /** Prefix of the ids of this run's rows. Default: unique to the run. */
  rowPrefix?: string;
  /** The traffic stops by itself after this time. Default 900. */
  maxSeconds?: number;
  /** The traffic stops by itself after this number of requests. Default 500 000, about 100 MB of results. */
  maxRequests?: number;
  /**
   * A stream fails if it ends without a farewell before this age. nginx ends streams like this when the time of a
   * superseded worker is up, even if their release stays. Default: never allowed.
   */
  dropsAllowedAfterSeconds?: number;
  /**
   * A request without a complete answer by then fails. Default 60, as long as nginx waits for a backend: a request that
   * only waits, on a machine whose disk stalls, is not lost. Slow requests and uploads add their `seconds`.
   */
  timeoutSeconds?: number;
}

/** The default traffic: light enough to run next to a whole platform on two cores. */
export const steadyTraffic: TrafficKinds = {
  keepAlive: { connections: 16, perSecond: 200 },
  newConnection: { perSecond: 20 },
  rows: { connections: 4, perSecond: 40 },
};

const localHosts = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Checks the base address.
 * @throws Error when it isn't on this machine: the generator is only for the operator's own platform.
 */
export function localBaseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && ["http:", "https:"].includes(url.protocol) && localHosts.includes(url.hostname))
    return url;
  throw new Error(`traffic goes to this machine only: expected http://127.0.0.1:PORT, got "${text}"`);
}
