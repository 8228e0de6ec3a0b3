import { z } from "zod";

/**
 * What the program tells the route command besides the releases themselves. All of it is plain, and stands in the
 * preview's diff; a change of any of it renders and reloads the gateway's configuration.
 */
export const routeSchema = z.object({
  serverName: z.string(),
  backendHostPrefix: z.string(),
  /** How many superseded releases keep their hashed files reachable. */
  keptReleases: z.number(),
  /** Share of the clients that the standby serves. */
  canaryPercent: z.number(),
  drainSeconds: z.number(),
  backendStopSeconds: z.number(),
  clientMaxBodyMegabytes: z.number(),
  bounds: z.object({
    requests: z.number(),
    requestsPerClient: z.number(),
    uploads: z.number(),
    uploadsPerClient: z.number(),
    answerKilobytes: z.number(),
  }),
  resolver: z.string(),
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
