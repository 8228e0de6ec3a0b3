import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { publicPathOf } from "../../settings/backend.ts";
import type { Settings } from "../../settings/index.ts";

/** A path that nginx and a pattern take as it stands. */
export const publicPath = () =>
  z
    .string()
    .regex(/^(?:\/[\w~-][\w.~-]*)+$/, "a path of letters, digits, ., _, ~ and -, without a slash at its end");

/** How a gateway reaches the backends, and what of them it hides from clients. */
export const backendSchema = z.object({
  port: z.number().int().min(1).max(65_535),
  /** The public path below which everything goes to the backend. */
  basePath: publicPath(),
  /** Whether that path is taken off before. Default: no */
  strips: z.literal(true, "true, or left out").optional(),
  /** Whether Spring's `actuator` below it is hidden, but for the health. Default: no */
  actuator: z.literal(true, "true, or left out").optional(),
  /** Public path of the metrics, which are hidden, where it isn't part of the actuator. Default: none */
  metrics: publicPath().optional(),
});

/** See {@link backendSchema}. */
export type ToldBackend = z.infer<typeof backendSchema>;

/** How it is without a setting. */
export const usualBackend: ToldBackend = { port: 8080, basePath: "/api", actuator: true };

/** What the settings say of the backend; nothing while it is as usual, so that nothing changes for who doesn't set it. */
export function toldBackend({ kind, port, basePath, stripBasePath, metricsPath }: Settings["backend"]): {
  backend?: ToldBackend;
} {
  const metrics =
    metricsPath === undefined ? undefined : publicPathOf({ basePath, stripBasePath }, metricsPath);
  const isInActuator = kind === "spring" && metrics?.startsWith(`${basePath}/actuator/`) === true;
  const backend: ToldBackend = {
    port,
    basePath,
    ...(stripBasePath && { strips: true }),
    ...(kind === "spring" && { actuator: true }),
    ...(metrics !== undefined && !isInActuator && { metrics }),
  };
  return isDeepStrictEqual(backend, usualBackend) ? {} : { backend };
}
