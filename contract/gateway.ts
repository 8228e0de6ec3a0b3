import { z } from "zod";
import { toldSchema } from "../render/nginx/told.ts";
import { containerId } from "./gates.ts";
import { script } from "./script.ts";
import { json, optional, text } from "./variable.ts";
import { volumeVariables } from "./volumes.ts";

const { serverName, backendHostPrefix, ...told } = toldSchema.shape;

/**
 * What the program tells the route command besides the releases themselves. All of it is plain, and stands in the
 * preview's diff; a change of any of it renders and reloads the gateway's configuration.
 */
export const routeSchema = z.object({
  serverName,
  backendHostPrefix,
  /** How many superseded releases keep their hashed files reachable. */
  keptReleases: z.number(),
  /** Share of the clients that the standby serves. */
  canaryPercent: z.number(),
  ...told,
  smoke: z.object({
    checks: z.array(
      z.object({
        path: z.string(),
        status: z.number().exactOptional(),
        text: z.string().exactOptional(),
        withinMilliseconds: z.number().exactOptional(),
      }),
    ),
    attempts: z.number(),
    timeoutSeconds: z.number(),
  }),
  /** Changes when the renderer does, so that an upgrade of the program reaches the gateway. */
  renderer: z.string(),
});

/** See {@link routeSchema}. */
export type Route = z.infer<typeof routeSchema>;

/** A gateway's name. */
const gateway = text("WEBNET_GATEWAY");

/** Ends the gateway of an earlier webnet, which holds the ports itself. */
export const handoverScript = script({
  file: "deploy/handover.ts",
  variables: { ...volumeVariables, beforeEdge: text("WEBNET_BEFORE_EDGE") },
});

/** Waits until an nginx is good for taking connections; when it goes, another one takes its place. */
export const gatewayGateScript = script({
  file: "deploy/gateway-gate.ts",
  onDelete: "deploy/retire-gateway.ts",
  variables: { gateway, containerId },
});

/** Moves the route; when it goes, that is noted. */
export const routeScript = script({
  file: "deploy/route.ts",
  onDelete: "deploy/unroute.ts",
  variables: {
    gateway,
    activeRelease: text("WEBNET_ACTIVE_RELEASE"),
    /** Default: none stands by */
    standbyRelease: optional(text("WEBNET_STANDBY_RELEASE")),
    route: json("WEBNET_ROUTE", routeSchema, 1),
  },
  stdin: z.object({ guardToken: z.string() }),
});
