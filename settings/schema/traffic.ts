import { defaults } from "../defaults.ts";
import { count, flag, listOf, oneOf, optional, seconds, withDefault } from "./fields.ts";
import { pathPrefix } from "./names.ts";

const of = defaults.gateway;

/** How the gateway takes the body of an upload. */
export const uploadWays = ["buffered", "streamed"] as const;

/** What an address gets that no file of the frontend has. */
export const unknownAnswers = ["index", "notFound"] as const;

const kilobytes = (smallest: number, largest: number) => count(smallest, largest, "kilobytes");

/** How long the gateway waits, and how much it takes. */
export const traffic = {
  proxyTimeoutSeconds: withDefault(
    seconds(1, 1200),
    of.proxyTimeoutSeconds,
    "Seconds that a backend may take before it begins its answer, and between two parts of it; then the client gets 504. At most `gateway.drainSeconds` and `backend.stopSeconds` together, or a switch would cut what is within its time. Each waiting request holds one of the gateway's places: see `gateway.requestsPerClient`.",
  ),
  streamTimeoutSeconds: withDefault(
    seconds(10, 86_400),
    of.streamTimeoutSeconds,
    "Seconds that a websocket or an event stream may be silent. A client is known by its websocket's handshake, by `Accept: text/event-stream`, or by `gateway.streamPaths`. Each holds one of the gateway's places, also after its client is gone without a word.",
  ),
  streamPaths: withDefault(
    listOf(pathPrefix(), 50, "paths"),
    of.streamPaths,
    "Addresses below `/api` whose answers are streams whatever the client asks for, with all below them: long polling, downloads that begin late, event streams by `fetch`. Nothing of them is buffered, so that a slow client holds its backend.",
  ),
  streamDrainSeconds: optional(
    seconds(10, 86_400),
    "Seconds that websockets and event streams may go on after a switch at a release that stays (`standby: warm`). Those of a release that goes away end with it. Until they end, each switch keeps two nginx processes of some 4 MB.",
    "`gateway.drainSeconds`, `backend.stopSeconds` and 15 s together",
  ),
  headerTimeoutSeconds: withDefault(
    seconds(1, 300),
    of.headerTimeoutSeconds,
    "Seconds in which a client must have sent the headers of a request; then its connection is closed.",
  ),
  bodyTimeoutSeconds: withDefault(
    seconds(1, 600),
    of.bodyTimeoutSeconds,
    "Seconds that a client may be silent while it sends a body; then it gets 408 and its connection is closed.",
  ),
  requestHeaderKilobytes: withDefault(
    kilobytes(8, 64),
    of.requestHeaderKilobytes,
    "Longest line of a request's headers, such as all its cookies, or a token; two such lines fit. More get 400, or 414 for an address. The backend has a limit of its own, 8 KB in Spring Boot: with another value here than 16, Spring Boot is told to take both lines, which makes another release.",
  ),
  answerHeaderKilobytes: withDefault(
    kilobytes(4, 64),
    of.answerHeaderKilobytes,
    "Longest headers of a backend's answer, all together; with more, the client gets 502. Over 16, a request takes as much more of the gateway's memory, and fewer are taken at the same time.",
  ),
  uploads: withDefault(
    oneOf(uploadWays),
    of.uploads,
    "Whether a body waits on the engine's disk until it is there as a whole (`buffered`), or goes to the backend as it comes (`streamed`). Streamed, the size is bounded by `gateway.clientMaxBodyMegabytes` alone, and a slow client holds its backend's thread for as long as it sends.",
  ),
};

/** What clients see where the gateway answers by itself. */
export const pages = {
  unknownAddresses: withDefault(
    oneOf(unknownAnswers),
    of.unknownAddresses,
    "What an address gets that no file of the frontend has: `index` the page, which finds its way by itself (Vue, React, Angular); `notFound` 404 with the frontend's `404.html`, for a site whose every page is a file (Astro, a Next export).",
  ),
  errorPages: withDefault(
    flag(),
    of.errorPages,
    "Whether a browser that asks for a page gets one for an error of the gateway's own (403, 404, 429, 502, 504): the frontend's `404.html` and so on, or else a plain one. Errors of the backend are passed on as they are; 503 is maintenance, with `maintenance.html`.",
  ),
};
