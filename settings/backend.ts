import type { PartName } from "./parts.ts";
import { noMetrics } from "./schema/backend-paths.ts";

/** How a backend is spoken to, as far as the config says it. */
interface Given {
  kind: "spring" | "plain";
  basePath: string;
  stripBasePath: boolean;
  healthPath?: string;
  metricsPath?: string;
}

/** The paths of a backend, as the backend itself has them. */
export interface BackendPaths {
  /** Where it says whether it can serve. */
  healthPath: string;
  /** Where it shows its metrics; undefined if it has none. */
  metricsPath: string | undefined;
}

/** Fills in the paths that the config leaves out: they lie below the base path, or at the top where it is taken off. */
export function backendPathsOf(given: Given): BackendPaths {
  const below = given.stripBasePath ? "" : given.basePath;
  const { healthPath, metricsPath } =
    given.kind === "spring"
      ? { healthPath: `${below}/actuator/health/readiness`, metricsPath: `${below}/actuator/prometheus` }
      : { healthPath: `${below}/health`, metricsPath: noMetrics };
  const metrics = given.metricsPath ?? metricsPath;
  return {
    healthPath: given.healthPath ?? healthPath,
    metricsPath: metrics === noMetrics ? undefined : metrics,
  };
}

/** As {@link backendPathsOf}, for a backend without a frontend beside it: everything is its own, from the top on. */
export function alonePathsOf(given: Given): BackendPaths {
  return backendPathsOf({ ...given, basePath: "", stripBasePath: false });
}

/** The public path that leads to a path on the backend; undefined if none does. */
export function publicPathOf(
  { basePath, stripBasePath }: Pick<Given, "basePath" | "stripBasePath">,
  path: string,
): string | undefined {
  if (stripBasePath) return `${basePath}${path}`;
  return path === basePath || path.startsWith(`${basePath}/`) ? path : undefined;
}

/** What a release must answer through the gateway, if the config doesn't say it: the backend's health, and the page. */
export function usualSmokePaths(given: Given): string[] {
  const health =
    given.kind === "spring"
      ? `${given.basePath}/actuator/health`
      : publicPathOf(given, backendPathsOf(given).healthPath);
  return [...(health === undefined ? [] : [health]), "/"];
}

/** As {@link usualSmokePaths}, for a release with one part. What a lone backend answers at `/`, only its author knows. */
export function usualAlonePaths(part: PartName, given: Given): string[] {
  if (part === "frontend") return ["/"];
  const { healthPath } = alonePathsOf(given);
  // Clients reach no more of the actuator than its health.
  return [given.kind === "spring" ? healthPath.replace(/\/actuator\/.*$/, "/actuator/health") : healthPath];
}
