import { isIPv4 } from "node:net";
import type { GatewayBounds } from "../../settings/bounds.ts";

/** What the gateway serves in one generation of its configuration. */
export interface GatewayRoute {
  /** Name of this generation, as the proof endpoint answers it: up to 64 of `A-Z a-z 0-9 . _ -`. */
  generation: string;
  /** The public host name. `localhost` and `_` make the gateway answer to every host name. */
  serverName: string;
  /** Port of the public server inside the container. */
  listenPort: number;
  /** The release that unguarded requests go to. */
  active: { release: string; color: "blue" | "green" };
  /** The standby's release, and the share of the clients that it serves: a whole number from 1 to 50. */
  canary?: { release: string; percent: number } | undefined;
  /** The backend of a release is reached at this prefix followed by the release id, port 8080. */
  backendHostPrefix: string;
  /** Other releases whose hashed files stay reachable, newest first. */
  keptReleases: readonly string[];
  /**
   * Folder that leads to the frontend of the newest generation (with `-canary` behind it: to its canary's), whichever that is when a file is asked for: workers of an
   * earlier one serve the hashed files of a page that a later one has sent.
   */
  newestFrontend: string;
  /**
   * Folder of links by which releases are asked for, a name each to a release's frontend. nginx follows them at each
   * request: another standby needs no reload, which would end the streams of what serves in the long run.
   */
  namesDirectory: string;
  /** Secret that lets a request choose its release: 32 to 64 letters and digits. */
  guardToken: string;
  /** How long requests under way may go on at a superseded release that goes away, in seconds. */
  drainSeconds: number;
  /** How long a release may take to stop once it was told, in seconds. */
  backendStopSeconds: number;
  /** Largest accepted request body, in MB. */
  clientMaxBodyMegabytes: number;
  /** What may be under way at the same time. */
  bounds: GatewayBounds;
  /** Address of the DNS server that knows the backends; `127.0.0.11` is the engine's own. */
  resolver: string;
}

/** What a release id looks like; a regular expression that JavaScript and nginx both read. */
export const releasePattern = "(?:blue|green)-[0-9a-f]{8}";

/** Where the volume with a directory for each release's frontend is mounted. */
export const frontendMount = "/srv/frontend";

/** Port of a backend in its container. */
export const backendPort = 8080;

/**
 * Refuses a route whose values could not stand in the configuration as they are.
 *
 * @throws Error that lists every problem; the token itself is never quoted.
 */
export function checkRoute(route: GatewayRoute): void {
  const release = new RegExp(`^${releasePattern}$`);
  const { active, canary, keptReleases } = route;
  const releases = [active.release, ...(canary ? [canary.release] : []), ...keptReleases];
  const problems = [
    ...unless(
      /^[\w.-]{0,64}$/.test(route.generation),
      "generation",
      route.generation,
      "up to 64 of A-Z a-z 0-9 . _ -",
    ),
    ...unless(
      /^(?:_|[A-Za-z0-9][A-Za-z0-9.-]*)$/.test(route.serverName),
      "serverName",
      route.serverName,
      "a host name, or _",
    ),
    ...releases.flatMap((id) =>
      unless(release.test(id), "release", id, "blue- or green- and 8 hexadecimal digits"),
    ),
    ...unless(
      route.active.release.startsWith(`${route.active.color}-`),
      "active.color",
      route.active.color,
      `the color of release ${route.active.release}`,
    ),
    ...unless(
      canary?.release.split("-")[0] !== active.release.split("-")[0],
      "canary.release",
      canary?.release ?? "",
      `a release of another color than ${active.release}`,
    ),
    ...checkNumber("canary.percent", canary?.percent ?? 1, 50),
    ...unless(
      /^[A-Za-z0-9][\w.-]*$/.test(route.backendHostPrefix),
      "backendHostPrefix",
      route.backendHostPrefix,
      "the beginning of a container name",
    ),
    ...unless(
      /^(?:\/[\w.-]+)+$/.test(route.namesDirectory),
      "namesDirectory",
      route.namesDirectory,
      "an absolute path",
    ),
    ...unless(
      /^(?:\/[\w.-]+)+$/.test(route.newestFrontend),
      "newestFrontend",
      route.newestFrontend,
      "an absolute path",
    ),
    ...unless(
      /^[A-Za-z0-9]{32,64}$/.test(route.guardToken),
      "guardToken",
      `${route.guardToken.length} characters`,
      "32 to 64 letters and digits",
    ),
    ...unless(isIPv4(route.resolver), "resolver", route.resolver, "an IPv4 address"),
    ...checkNumber("listenPort", route.listenPort, 65535),
    ...checkNumber("drainSeconds", route.drainSeconds, 86400),
    ...checkNumber("backendStopSeconds", route.backendStopSeconds, 86400),
    ...checkNumber("clientMaxBodyMegabytes", route.clientMaxBodyMegabytes, 1_000_000),
    ...checkNumber("bounds.requests", route.bounds.requests, 2000),
    ...checkNumber("bounds.requestsPerClient", route.bounds.requestsPerClient || 1, 10_000),
    ...checkNumber("bounds.uploads", route.bounds.uploads, 10_000_000),
    ...checkNumber("bounds.uploadsPerClient", route.bounds.uploadsPerClient, 10_000_000),
    ...checkNumber("bounds.answerKilobytes", route.bounds.answerKilobytes, 100_000_000),
  ];
  if (problems.length > 0) throw new Error(`The gateway's route cannot be rendered:\n${problems.join("\n")}`);
}

function checkNumber(name: string, value: number, max: number): string[] {
  const good = Number.isInteger(value) && value >= 1 && value <= max;
  return unless(good, name, value, `a whole number from 1 to ${max}`);
}

function unless(good: boolean, name: string, value: string | number, allowed: string): string[] {
  return good ? [] : [`  ${name}: got ${JSON.stringify(value)}, allowed is ${allowed}`];
}
