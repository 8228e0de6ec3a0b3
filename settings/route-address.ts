import { addressPattern, toBackend } from "./schema/routes.ts";

/** Where a route leads, if not to the backend. */
export interface RouteAddress {
  scheme: "http" | "https";
  host: string;
  port: number;
  /** What comes before the path of each request. May be empty. */
  path: string;
}

/** The parts of a route's address. Undefined for the backend. */
export function routeAddress(to: string): RouteAddress | undefined {
  if (to === toBackend) return undefined;
  const { scheme, host = "", port, path = "" } = addressPattern.exec(to)?.groups ?? {};
  const isTls = scheme === "https";
  return {
    scheme: isTls ? "https" : "http",
    host,
    port: port === undefined ? (isTls ? 443 : 80) : Number(port),
    path,
  };
}
