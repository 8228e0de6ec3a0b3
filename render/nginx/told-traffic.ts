import { z } from "zod";
import { defaults } from "../../settings/defaults.ts";
import type { Settings } from "../../settings/index.ts";
import { networkAddress } from "../../settings/schema/fields.ts";
import { rulePathPattern, userPattern } from "../../settings/schema/access.ts";
import { unknownAnswers } from "../../settings/schema/traffic.ts";
import { pathPattern } from "../../settings/schema/names.ts";
import { whole } from "./whole.ts";

const usual = defaults.gateway;
const day = 86_400;

const paths = () => z.array(z.string().regex(pathPattern, "the beginning of a path"));

/**
 * What the settings tell the gateway of its clients' traffic. A stack of an earlier webnet told it none of this: each
 * part is as it always was, if left out.
 */
export const trafficShape = {
  /** How long the gateway waits, in seconds. */
  times: z
    .object({
      /** For a backend. */
      proxy: whole(day),
      /** While a stream is silent. */
      stream: whole(day),
      /** For a request's headers. */
      header: whole(day),
      /** Between two parts of a body. */
      body: whole(day),
      /** After a switch, for streams at a release that stays. Default: as for one that goes away */
      streamDrain: whole(day).optional(),
    })
    .default({
      proxy: usual.proxyTimeoutSeconds.value,
      stream: usual.streamTimeoutSeconds.value,
      header: usual.headerTimeoutSeconds.value,
      body: usual.bodyTimeoutSeconds.value,
    }),
  /** Room for headers, in KB: of a request's line, and of an answer. */
  headerKilobytes: z
    .object({ request: whole(1024), answer: whole(1024) })
    .default({ request: usual.requestHeaderKilobytes.value, answer: usual.answerHeaderKilobytes.value }),
  /** Whether bodies go on to the backend as they come. Default: they wait until they are whole */
  streamsUploads: z.literal(true, "true, or left out").optional(),
  /** Addresses whose answers are streams. Default: none */
  streamPaths: paths().optional(),
  /** How often a client may ask. Default: as often as it likes */
  rates: z
    .object({
      /** Requests to the backend each second, and at once. */
      api: z.object({ perSecond: whole(100_000), burst: whole(100_000) }).optional(),
      /** Requests that try a password each minute, and at once. */
      logins: z
        .object({ paths: paths().min(1), perMinute: whole(100_000), burst: whole(100_000) })
        .optional(),
      exemptPaths: paths(),
      exemptClients: z.array(networkAddress("an address, or a network")),
    })
    .optional(),
  /** Who is let in where, by the longest path. Default: everybody everywhere */
  access: z
    .array(
      z.object({
        paths: z.array(z.string().regex(rulePathPattern, "the beginning of a path")).min(1),
        /** Default: every host */
        hosts: z
          .array(z.string().regex(/^[a-z0-9_][a-z0-9.-]*$/, "a host name"))
          .min(1)
          .optional(),
        clients: z.array(networkAddress("an address, or a network")),
        /** Names of who is let in by a password. Default: nobody */
        users: z.array(z.string().regex(userPattern, "a user's name")).min(1).optional(),
        isOpen: z.literal(true, "true, or left out").optional(),
      }),
    )
    .min(1)
    .optional(),
  /** What an address without a file gets. */
  unknownAddresses: z.enum(unknownAnswers).default(usual.unknownAddresses.value),
  /** Whether browsers get pages for the gateway's own errors. */
  errorPages: z.boolean().default(usual.errorPages.value),
};

/** See {@link trafficShape}. */
export type ToldTraffic = z.infer<z.ZodObject<typeof trafficShape>>;

/** As it always was. */
export const usualTraffic: ToldTraffic = z.object(trafficShape).parse({});

/** Derives it from a stack's settings. */
export function trafficOf(gateway: Settings["gateway"]): ToldTraffic {
  const { streamDrainSeconds, streamPaths, uploads } = gateway;
  return {
    times: {
      proxy: gateway.proxyTimeoutSeconds,
      stream: gateway.streamTimeoutSeconds,
      header: gateway.headerTimeoutSeconds,
      body: gateway.bodyTimeoutSeconds,
      ...(streamDrainSeconds !== undefined && { streamDrain: streamDrainSeconds }),
    },
    headerKilobytes: { request: gateway.requestHeaderKilobytes, answer: gateway.answerHeaderKilobytes },
    ...(uploads === "streamed" && { streamsUploads: true }),
    ...(streamPaths.length > 0 && { streamPaths }),
    ...ratesOf(gateway.rateLimits),
    ...accessOf(gateway.access),
    unknownAddresses: gateway.unknownAddresses,
    errorPages: gateway.errorPages,
  };
}

function accessOf(rules: Settings["gateway"]["access"]): Pick<ToldTraffic, "access"> {
  const access = Object.values(rules).map(({ paths, hosts, clients, users, isOpen }) => ({
    paths,
    ...(hosts.length > 0 && { hosts }),
    clients,
    ...(users.length > 0 && { users }),
    ...(isOpen && { isOpen: true as const }),
  }));
  return access.length > 0 ? { access } : {};
}

function ratesOf(given: Settings["gateway"]["rateLimits"]): Pick<ToldTraffic, "rates"> {
  const { apiPerSecond, apiBurst, loginPaths, loginsPerMinute, loginBurst, exemptPaths, exemptClients } =
    given;
  const boundsLogins = loginsPerMinute > 0 && loginPaths.length > 0;
  if (apiPerSecond === 0 && !boundsLogins) return {};
  return {
    rates: {
      ...(apiPerSecond > 0 && { api: { perSecond: apiPerSecond, burst: apiBurst } }),
      ...(boundsLogins && { logins: { paths: loginPaths, perMinute: loginsPerMinute, burst: loginBurst } }),
      exemptPaths,
      exemptClients,
    },
  };
}

/** Fixed values for the renderer's digest. */
export const digestTraffic: ToldTraffic = {
  times: { proxy: 1, stream: 1, header: 1, body: 1, streamDrain: 1 },
  headerKilobytes: { request: 1, answer: 1 },
  streamsUploads: true,
  streamPaths: ["/api/digest"],
  rates: {
    api: { perSecond: 1, burst: 1 },
    logins: { paths: ["/api/login"], perMinute: 1, burst: 1 },
    exemptPaths: ["/api/exempt"],
    exemptClients: ["192.0.2.1"],
  },
  access: [{ paths: ["/"], clients: ["192.0.2.1"], users: ["digest"] }],
  unknownAddresses: "index",
  errorPages: true,
};
