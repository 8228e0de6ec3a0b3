import { isIPv4 } from "node:net";
import { z } from "zod";
import { gatewayBounds } from "../../settings/bounds.ts";
import { gatewayResources } from "../../settings/gateway-resources.ts";
import { defaults } from "../../settings/defaults.ts";
import type { Settings } from "../../settings/index.ts";
import { aloneSchema, toldAlone } from "./told-alone.ts";
import { backendSchema, toldBackend } from "./told-backend.ts";
import { networkAddress } from "../../settings/schema/fields.ts";
import { hostProxy, trustsHost } from "../../settings/schema/proxies.ts";
import { digestTraffic, trafficOf, trafficShape } from "./told-traffic.ts";
import { digestRoutes, routesShape, toldRoutes, type RouteFacts } from "./told-routes.ts";
import { whole } from "./whole.ts";

/**
 * What the settings tell the gateway, the same in every generation. A setting of nginx's is a line here, in
 * {@link toldOf} and in {@link digestTold}, and the directive that it becomes. Each message says what is allowed.
 */
export const toldSchema = z.object({
  /** The public host name. `localhost` and `_` make the gateway answer to every host name. */
  serverName: z.string().regex(/^(?:_|[A-Za-z0-9][A-Za-z0-9.-]*)$/, "a host name, or _"),
  /** A release's backend has this prefix, followed by the release id, as its name. */
  backendHostPrefix: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "the beginning of a container name"),
  /** How long open requests may go on at a superseded release that goes away, in seconds. */
  drainSeconds: whole(86_400),
  /** How long a release may take to stop after its stop signal, in seconds. */
  backendStopSeconds: whole(86_400),
  /** Largest accepted request body, in MB. */
  clientMaxBodyMegabytes: whole(1_000_000),
  /** How a backend is reached. Default: as {@link usualBackend} says */
  backend: backendSchema.optional(),
  /** Colours that have one part alone. Default: each has both */
  alone: aloneSchema.optional(),
  /** Bounds on open requests, see `GatewayBounds`. */
  bounds: z.object({
    requests: whole(2000),
    requestsPerClient: whole(10_000, 0),
    uploads: whole(10_000_000),
    uploadsPerClient: whole(10_000_000),
    answerKilobytes: whole(100_000_000),
  }),
  /** How many containers each release's backend has. Default: 1 */
  replicas: whole(10, 2).optional(),
  ...trafficShape,
  /** Further addresses. Default: none */
  routes: routesShape,
  /**
   * Names from which clients are led to the public one, and the port of http that they are led to. `*.` stands for all
   * names one level under another. Default: none
   */
  aliases: z.object({ names: z.array(aliasName()).min(1), httpPort: whole(65_535) }).optional(),
  /** How the gateway speaks TLS. Default: it speaks http alone. */
  tls: z
    .object({
      /** Port of the host for https, which clients of http are led to. */
      httpsPort: whole(65_535),
      /** Seconds of `Strict-Transport-Security`; 0 is no such header. */
      hstsSeconds: whole(1_000_000_000, 0),
      hstsSubdomains: z.boolean("true or false"),
      /** Whether an authority's questions are answered, which it asks for want of another way. Default: no */
      acme: z.literal(true, "true, or left out").optional(),
    })
    .optional(),
  /** Proxies that say for whom a request is. Default: none */
  proxies: z
    .object({
      addresses: z.array(networkAddress("an address, or a network")),
      /** Whether programs on the engine's host are among them. Default: no */
      host: z.literal(true, "true, or left out").optional(),
      /** Whether they say it by the PROXY protocol. Default: by headers of http */
      protocol: z.literal(true, "true, or left out").optional(),
    })
    .optional(),
  /** Headers of every answer besides the usual ones, or in their place; an empty one is not sent. Default: none */
  headers: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, "a header's name"),
      z
        .string()
        .regex(/^[\x20-\x7e]*$/, "printable characters")
        .regex(/^[^$"\\]*$/, 'no ", \\ or $'),
    )
    .optional(),
  /** What clients get while the platform is closed. Default: nobody is a guest, and only the operator's file closes it */
  maintenance: z
    .object({
      /** Closed by the settings. Default: no */
      on: z.literal(true, "true, or left out").optional(),
      guests: z.array(networkAddress("an address, or a network")),
      retryAfterSeconds: whole(86_400),
    })
    .optional(),
  /** Address of the DNS server that knows the backends; `127.0.0.11` is the engine's own. */
  resolver: z.string().refine(isIPv4, "an IPv4 address"),
});

type OwnTls = NonNullable<Settings["gateway"]["tls"]>;

/** See {@link toldSchema}. */
export type Told = z.infer<typeof toldSchema>;

/** Derives what a stack's settings tell the gateway. */
export function toldOf(settings: Settings, backendHostPrefix: string, facts: RouteFacts): Told {
  const { backend, domain, gateway } = settings;
  return {
    serverName: domain,
    backendHostPrefix,
    drainSeconds: gateway.drainSeconds,
    backendStopSeconds: backend.stopSeconds,
    clientMaxBodyMegabytes: gateway.clientMaxBodyMegabytes,
    ...toldBackend(backend),
    ...toldAlone(settings),
    bounds: gatewayBounds(gatewayResources(gateway)),
    ...(backend.replicas > 1 && { replicas: backend.replicas }),
    ...trafficOf(gateway),
    ...toldRoutes(settings, facts),
    ...(gateway.aliases.length > 0 && { aliases: { names: gateway.aliases, httpPort: gateway.httpPort } }),
    ...(gateway.tls !== undefined && { tls: tlsOf(gateway.tls) }),
    ...proxiesOf(gateway),
    ...maintenanceOf(gateway),
    ...(Object.keys(gateway.headers).length > 0 && { headers: gateway.headers }),
    resolver: "127.0.0.11",
  };
}

function proxiesOf({ trustedProxies, proxyProtocol }: Settings["gateway"]): Pick<Told, "proxies"> {
  const every = new Set(Object.values(trustedProxies).flat());
  if (every.size === 0) return {};
  every.delete(hostProxy);
  const host = trustsHost(trustedProxies);
  return {
    proxies: {
      addresses: [...every],
      ...(host && { host: true }),
      ...(proxyProtocol && { protocol: true }),
    },
  };
}

function maintenanceOf({ maintenance }: Settings["gateway"]): Pick<Told, "maintenance"> {
  const { on, guests, retryAfterSeconds } = maintenance;
  const isUsual = retryAfterSeconds === defaults.gateway.maintenance.retryAfterSeconds.value;
  // Left out while it is as always, so that nothing changes for who doesn't use it.
  if (!on && guests.length === 0 && isUsual) return {};
  return { maintenance: { ...(on && { on: true }), guests, retryAfterSeconds } };
}

function tlsOf({ acme, certificate, httpsPort, hstsSeconds, hstsSubdomains }: OwnTls): Told["tls"] {
  // A browser that has met the header accepts no certificate that it doesn't trust, not even by hand.
  return {
    httpsPort,
    hstsSeconds: certificate === "self-signed" ? 0 : hstsSeconds,
    hstsSubdomains,
    ...(certificate === "acme" && acme.dns === undefined && { acme: true }),
  };
}

/** Fixed values for the renderer's digest; they belong to no platform. */
export const digestTold: Told = {
  serverName: "digest.example",
  backendHostPrefix: "digest-",
  drainSeconds: 1,
  backendStopSeconds: 1,
  clientMaxBodyMegabytes: 1,
  backend: { port: 1, basePath: "/digest", strips: true, actuator: true, metrics: "/digest/metrics" },
  bounds: { requests: 1, requestsPerClient: 1, uploads: 1, uploadsPerClient: 1, answerKilobytes: 128 },
  replicas: 2,
  ...digestTraffic,
  routes: digestRoutes,
  aliases: { names: ["alias.example"], httpPort: 1 },
  tls: { httpsPort: 1, hstsSeconds: 1, hstsSubdomains: true, acme: true },
  headers: { "X-Digest": "1" },
  maintenance: { guests: ["192.0.2.1"], retryAfterSeconds: 1 },
  proxies: { addresses: ["192.0.2.1"], host: true },
  resolver: "127.0.0.11",
};

/** The same with a wildcard. */
export const withWildcard: Told = { ...digestTold, aliases: { names: ["*.alias.example"], httpPort: 1 } };

function aliasName(): z.ZodString {
  return z.string().regex(/^(?:\*\.)?[A-Za-z0-9][A-Za-z0-9.-]*$/, "a host name, or *. and one");
}
