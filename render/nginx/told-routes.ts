import { z } from "zod";
import { routeAddress } from "../../settings/route-address.ts";
import type { Settings } from "../../settings/index.ts";
import { cacheControlPattern, routePathPattern } from "../../settings/schema/routes.ts";
import { whole } from "./whole.ts";

const name = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/;

const isTrue = () => z.literal(true, "true, or left out").optional();

/** Further addresses of the site, and where they lead. */
export const routesShape = z
  .array(
    z.object({
      name: z.string().regex(/^[A-Za-z][\w-]*$/, "a name of letters, digits, _ and -"),
      /** Default: the platform's own */
      hosts: z.array(z.string().regex(name, "a host name")).min(1).optional(),
      paths: z.array(z.string().regex(routePathPattern, "the beginning of a path")).min(1),
      /** Default: the backend of the request's release */
      to: z
        .object({
          scheme: z.enum(["http", "https"], "http or https"),
          host: z.string().regex(name, "a host name"),
          port: whole(65_535),
          path: z.string().regex(/^(?:\/[\w.~-]+)*$/, "a path without a slash at its end"),
          /** Whether it gets the client's name of the host. Default: its own */
          keepsHost: isTrue(),
          /** The certificates that sign its own, with https. Default: those that the image trusts */
          authority: z
            .string()
            .regex(/^[\x20-\x7e\r\n\t]+$/, "certificates in PEM")
            .optional(),
        })
        .optional(),
      /** Whether the path is taken off. Default: no */
      strips: isTrue(),
      /** Whether nothing waits in the gateway. Default: no */
      streams: isTrue(),
      /** Default: as with the backend */
      timeoutSeconds: whole(86_400).optional(),
      maxBodyMegabytes: whole(1_000_000).optional(),
      /** Whether it goes on while the platform is closed. Default: no */
      isOpen: isTrue(),
      cacheControl: z.string().regex(cacheControlPattern, "directives of Cache-Control").optional(),
    }),
  )
  .min(1)
  .optional();

/** See {@link routesShape}. */
export type ToldRoute = NonNullable<z.infer<typeof routesShape>>[number];

const monitoringRoute = "monitoring";

/** What {@link toldRoutes} needs besides the settings. */
export interface RouteFacts {
  /** Host and port of Prometheus on the platform's network. */
  prometheus: { host: string; port: number };
  /** Reads a PEM file with certificates. */
  authorityText: (file: string) => string;
}

/** Derives it from a stack's settings. */
export function toldRoutes(
  { gateway, monitoring }: Pick<Settings, "gateway" | "monitoring">,
  { prometheus, authorityText }: RouteFacts,
): { routes?: ToldRoute[] } {
  const given = Object.entries(gateway.routes).map(([name, route]): ToldRoute => {
    const { to, hosts, paths, keepHost, stripPath, buffered, authorityFile } = route;
    const { timeoutSeconds, maxBodyMegabytes, cacheControl } = route;
    const address = routeAddress(to);
    return {
      name,
      ...(hosts.length > 0 && { hosts }),
      paths,
      ...(address !== undefined && {
        to: {
          ...address,
          ...(keepHost && { keepsHost: true }),
          ...(authorityFile !== undefined && { authority: authorityText(authorityFile) }),
        },
      }),
      ...(stripPath && { strips: true }),
      ...(!buffered && { streams: true }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      ...(maxBodyMegabytes !== undefined && { maxBodyMegabytes }),
      ...(cacheControl !== undefined && { cacheControl }),
    };
  });
  const { host } = monitoring;
  const routes =
    host === undefined
      ? given
      : [
          ...given,
          {
            name: monitoringRoute,
            hosts: [host],
            paths: ["/"],
            to: { scheme: "http" as const, ...prometheus, path: "" },
            isOpen: true as const,
          },
        ];
  return routes.length > 0 ? { routes } : {};
}

/** Fixed values for the renderer's digest. */
export const digestRoutes: ToldRoute[] = [
  { name: "digest", paths: ["/digest"], strips: true, timeoutSeconds: 1, cacheControl: "no-cache" },
  {
    name: "outside",
    hosts: ["outside.example"],
    paths: ["/", "/digest"],
    to: { scheme: "https", host: "service.example", port: 443, path: "/digest", authority: "digest" },
    strips: true,
    streams: true,
    maxBodyMegabytes: 1,
  },
];
