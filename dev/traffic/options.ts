/** How much traffic of each kind to make; a kind that is left out makes none. Rates are per second, over all connections. */
export interface TrafficKinds {
  /** GETs of `paths` in turn (default `/` and `/api/version`) over connections that are kept. */
  keepAlive?: { connections: number; perSecond: number; paths?: string[] };
  /** The same, each over a connection of its own. */
  newConnection?: { perSecond: number; paths?: string[] };
  /**
   * HTTP/2 with prior knowledge: on each connection, beside one another, GETs of `paths` in turn (default `/`,
   * `/api/version` and a request that takes a second) and every fourth time a POST that writes a row.
   */
  http2?: { connections: number; perSecond: number; paths?: string[] };
  /** POSTs that each write a row with an id of its own; never repeated. */
  rows?: { connections: number; perSecond: number };
  /** Requests that take `seconds` to answer, one after the other on each connection. */
  slow?: { connections: number; seconds: number };
  /** POSTs of `bytes` (at most 64 MiB) that are sent evenly over `seconds`; the answer must prove size and digest. */
  uploads?: { connections: number; bytes: number; seconds: number };
  /** Server-sent events, read for `seconds` and then opened anew. */
  events?: { connections: number; seconds: number };
  /** Websockets that are kept open; each message must be echoed. */
  socket?: { connections: number; perSecond: number };
}

/** What `startTraffic` takes. */
export interface TrafficOptions {
  /** Where to: a server on this machine, e.g. `http://127.0.0.1:8080`. */
  baseUrl: string;
  kinds: TrafficKinds;
  /** The name of what is measured until the first `mark`. Default "start". */
  step?: string;
  /** Host header. Default: the host of `baseUrl`. */
  host?: string;
  /** What the ids of this run's rows begin with. Default: unique to the run. */
  rowPrefix?: string;
  /** The traffic ends by itself after so long. Default 900. */
  maxSeconds?: number;
  /** The traffic ends by itself after so many requests. Default 500 000, about 100 MB of results. */
  maxRequests?: number;
  /**
   * A stream that is ended without a farewell when it is younger than this has failed: nginx does so to streams of a
   * release that stays, when a superseded worker's time is up. Default: never allowed.
   */
  dropsAllowedAfterSeconds?: number;
  /** A request without a whole answer by then has failed. Default 30; slow requests and uploads get their `seconds` more. */
  timeoutSeconds?: number;
}

/** The default traffic: light enough to run beside a whole platform on two cores. */
export const steadyTraffic: TrafficKinds = {
  keepAlive: { connections: 16, perSecond: 200 },
  newConnection: { perSecond: 20 },
  rows: { connections: 4, perSecond: 40 },
};

const localHosts = ["127.0.0.1", "localhost", "[::1]"];

/**
 * The base address, checked.
 * @throws Error when it isn't plain HTTP to this machine: the generator is for one's own platform only.
 */
export function localBaseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" || !localHosts.includes(url.hostname)) {
    throw new Error(`traffic goes to this machine only: expected http://127.0.0.1:PORT, got "${text}"`);
  }
  return url;
}
