import { z } from "zod";
import { toldSchema } from "../render/nginx/told.ts";
import { certificateSources } from "../settings/schema/tls.ts";
import { smokeCondition } from "../settings/schema/smoke.ts";
import { containerId, processes } from "./gates.ts";
import { script } from "./script.ts";
import { json, optional, text, wholeNumber, word } from "./variable.ts";
import { volumeVariables } from "./volumes.ts";

const { serverName, backendHostPrefix, ...told } = toldSchema.shape;

/**
 * What the program tells the route command, besides the releases. None of it is secret, and the preview's diff shows
 * it. Any change runs the route command, which renders the gateway's configuration again.
 */
const routeSchema = z.object({
  serverName,
  backendHostPrefix,
  /** The number of superseded releases whose hashed files stay reachable. */
  keptReleases: z.number(),
  /** Percentage of the clients that the standby serves. 0: no canary. */
  canaryPercent: z.number(),
  ...told,
  smoke: z.object({
    checks: z.array(smokeCondition),
    attempts: z.number(),
    timeoutSeconds: z.number(),
    /** In place of `checks`, for the releases of a colour with one part. Default: `checks` */
    alone: z
      .object({ blue: z.array(smokeCondition).optional(), green: z.array(smokeCondition).optional() })
      .optional(),
  }),
  /** Changes with the renderer, so that an upgrade of the program reaches the gateway. */
  renderer: z.string(),
});

/** See {@link routeSchema}. */
export type Route = z.infer<typeof routeSchema>;

/** A gateway's name. */
const gateway = text("WEBNET_GATEWAY");

/** Tries the image of the coming nginx, then ends the gateway of an earlier webnet, which holds the ports itself. */
export const handoverScript = script({
  file: "deploy/handover.ts",
  variables: { ...volumeVariables, beforeEdge: text("WEBNET_BEFORE_EDGE") },
});

/** Waits until an nginx is ready to take connections; at its deletion, has another one take its place. */
export const gatewayGateScript = script({
  file: "deploy/gateway-gate.ts",
  onDelete: "deploy/retire-gateway.ts",
  variables: { gateway, containerId, processes },
});

/** Installs the gateway's certificate; at its deletion, removes every certificate with its key. */
export const certificateScript = script({
  file: "deploy/certificate.ts",
  onDelete: "deploy/forget-certificates.ts",
  variables: {
    gateway,
    source: word("WEBNET_CERTIFICATE", certificateSources),
    /** The names that it must be for. */
    hosts: json("WEBNET_CERTIFICATE_HOSTS", z.array(z.string())),
    /** Default: with a self-signed one, none */
    certificateFile: optional(text("WEBNET_CERTIFICATE_FILE")),
    keyFile: optional(text("WEBNET_CERTIFICATE_KEY_FILE")),
    /** Changes with the files' content, so that the next update brings it to the gateway. */
    digest: optional(text("WEBNET_CERTIFICATE_DIGEST")),
  },
});

/** Waits for the certificate that certbot orders, and says so if none comes. It never fails. */
export const firstCertificateScript = script({
  file: "deploy/first-certificate.ts",
  variables: {
    container: text("WEBNET_CONTAINER"),
    /** Changes with what is ordered, so that the next update waits for it. */
    order: text("WEBNET_ORDER"),
    /** Seconds that an order takes until the DNS has its answer. Default: none, or the plugin's own, which is short */
    propagationSeconds: optional(wholeNumber("WEBNET_PROPAGATION_SECONDS")),
  },
});

/** Moves the route; at the route's deletion, records that the releases may go. */
export const routeScript = script({
  file: "deploy/route.ts",
  onDelete: "deploy/unroute.ts",
  variables: {
    gateway,
    activeRelease: text("WEBNET_ACTIVE_RELEASE"),
    /** Default: no release stands by */
    standbyRelease: optional(text("WEBNET_STANDBY_RELEASE")),
    route: json("WEBNET_ROUTE", routeSchema, 1),
    /** Default: 0. Another number than the state's runs the step again, although it is told the same. */
    repairs: optional(wholeNumber("WEBNET_REPAIRS")),
  },
  stdin: z.object({
    guardToken: z.string(),
    /** Of the users that the route lets in, each under its name. Default: none */
    passwords: z.record(z.string(), z.string()).optional(),
  }),
});
