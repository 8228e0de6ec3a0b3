import { z } from "zod";
import { defaults } from "../defaults.ts";
import { count, flag, listOf, optional, ownName, required, seconds, text, withDefault } from "./fields.ts";
import { domain, pathPattern } from "./names.ts";
import { pemFile } from "./pem-file.ts";

const of = defaults.gateway.route;

const name = ownName();

/** Matches the path of a route: all of a host's own, or the beginning of addresses. */
export const routePathPattern = new RegExp(`^/$|^(?!.*/\\.\\.?(?:/|$))${pathPattern.source.slice(1)}`);

const path = text({
  pattern: routePathPattern,
  allowed:
    'a path that begins with "/", of letters, digits and -._~!@+, without a "/" at its end, such as /reports; or "/" with hosts',
  placeholder: "<path>",
});

/** The word that stands for the release's own backend. */
export const toBackend = "backend";

/**
 * Matches an address that a route leads to. Its parts are the groups `scheme`, `host`, `port` and `path`. A host is a name
 * or an IPv4 address.
 */
export const addressPattern =
  /^(?<scheme>https?):\/\/(?<host>[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?)*)(?::(?<port>[1-9]\d{0,4}))?(?<path>(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)$/;

const target = text({
  pattern: new RegExp(`^${toBackend}$|${addressPattern.source}`),
  allowed: `${toBackend}, or an address such as https://service.example.com or http://reports:9000/v2, without a slash at its end: a host name or an IPv4 address, and a path of letters, digits, ".", "_", "~" and "-"`,
  placeholder: `<${toBackend}/address>`,
  longest: 500,
});

/** Matches the value of a `Cache-Control` that an operator may give. */
export const cacheControlPattern = /^[a-z0-9=, -]+$/;

const cacheControl = text({
  pattern: cacheControlPattern,
  allowed: "directives of Cache-Control in small letters, such as public, max-age=300",
  placeholder: "<directives>",
});

const inherited = (name: string) => `\`gateway.${name}\``;

const route = z.strictObject({
  paths: withDefault(
    listOf(path, 50, "paths"),
    of.paths,
    "Addresses that the route is for, with all below them. `/`, all addresses, only with `hosts`. Of several routes the one with the longest path counts; addresses of no route are the backend's and the frontend's as ever, or get 404 at a host of the route's own.",
  ),
  hosts: withDefault(
    listOf(domain(), 20, "names"),
    of.hosts,
    "Host names of the route's own. With `gateway.tls` the certificate must name them too.",
  ),
  to: required(
    target,
    `Where its requests go: \`${toBackend}\`, the backend of the request's release, so that it moves with every switch; or an address of something else, which no switch moves: a host's that the engine can look up, or a container's on the platform's network. With https its certificate must be one that the gateway's nginx image trusts.`,
    "none; required in a route",
  ),
  stripPath: withDefault(
    flag(),
    of.stripPath,
    "Whether the path of the route is taken off before a request is passed on; the header `X-Forwarded-Prefix` then names it.",
  ),
  keepHost: withDefault(
    flag(),
    of.keepHost,
    "Whether an address outside gets the client's `Host`, and not its own name. `X-Forwarded-Host` has the client's in any case, as the backend's requests do.",
  ),
  authorityFile: pemFile(
    "With https: the certificates that sign the one of the address, for a private authority. No other is trusted then.",
    "the authorities that the gateway's nginx image trusts",
  ),
  buffered: withDefault(
    flag(),
    of.buffered,
    "Whether bodies and answers wait in the gateway for a slow side, as with `gateway.uploads` and all answers of the backend. Without it each byte goes on as it comes, and a slow client holds who answers.",
  ),
  timeoutSeconds: optional(
    seconds(1, 1200),
    "The same as `gateway.proxyTimeoutSeconds`, for this route.",
    inherited("proxyTimeoutSeconds"),
  ),
  maxBodyMegabytes: optional(
    count(1, 10_240, "megabytes"),
    "The same as `gateway.clientMaxBodyMegabytes`, for this route. The largest of all counts for the room that `gateway.temporaryMegabytes` must have.",
    inherited("clientMaxBodyMegabytes"),
  ),
  cacheControl: optional(
    cacheControl,
    "`Cache-Control` of its good answers, in place of what they bring.",
    "what the answer brings",
  ),
});

/** Further addresses of the site, and where they lead. */
export const routes = withDefault(
  z
    .record(name, route)
    .refine((given) => Object.keys(given).length <= 50)
    .meta({
      allowed: `an object of at most 50 routes, each an object with ${Object.keys(route.shape).join(", ")}; each name: ${name.meta()?.allowed ?? ""}`,
      placeholder: "<name>",
    }),
  defaults.gateway.routes,
  "Further addresses beside `backend.basePath` and the frontend's: to the backend, or to something outside. What the platform gives its own addresses it gives them too: bounds, `gateway.rateLimits` (for the backend), `gateway.access`, maintenance, headers, websockets, event streams.",
);
