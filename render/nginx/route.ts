import { valueAt } from "../../settings/shape.ts";
import { toldSchema, type Told } from "./told.ts";

/** What the gateway serves in one generation of its configuration. */
export interface GatewayRoute extends Told {
  /** Name of this generation, which `/.webnet/generation` answers: up to 64 of `A-Z a-z 0-9 . _ -`. */
  generation: string;
  /** Port of http inside the container. */
  listenPort: number;
  /** Port of https inside the container, if the gateway speaks TLS. */
  tlsPort: number;
  /** Folder of the certificate to serve, if the gateway speaks TLS. nginx reads it at each reload. */
  certificateDirectory: string;
  /** The release that unguarded requests go to. */
  active: { release: string; color: "blue" | "green" };
  /** The standby's release, and its share of the clients in percent: a whole number from 1 to 50. */
  canary?: { release: string; percent: number } | undefined;
  /** Other releases whose hashed files stay reachable, newest first. */
  keptReleases: readonly string[];
  /**
   * Folder that leads to the frontend of the newest generation (with `-canary` appended: to its canary's), resolved at
   * each request. By it, workers of an earlier generation serve the hashed files of a page that a later one has sent.
   */
  newestFrontend: string;
  /**
   * Folder of links, each from a name to a release's frontend. Requests name releases by them. nginx follows them at
   * each request, so another standby needs no reload; reloads in the end cut the streams of the serving release.
   */
  namesDirectory: string;
  /** File whose presence closes the platform for clients. nginx looks for it at each request. */
  maintenanceFile: string;
  /** Folder of this generation's files. */
  generationDirectory: string;
  /** Folder of the files with the users of `access`, the same in every generation. */
  usersDirectory: string;
  /** Secret that lets a request choose its release: 32 to 64 letters and digits. */
  guardToken: string;
}

/** Pattern of a release id; a regular expression that JavaScript and nginx both read. */
export const releasePattern = "(?:blue|green)-[0-9a-f]{8}";

/** Matches a release id, and nothing else. */
export const releaseName = new RegExp(`^${releasePattern}$`);

/** Mount point of the volume with one directory for each release's frontend. */
export const frontendMount = "/srv/frontend";

/**
 * Refuses a route with values that can't go into the configuration unchanged.
 *
 * @throws Error that lists every problem; it never quotes the token.
 */
export function checkRoute(route: GatewayRoute): void {
  const { active, canary, keptReleases } = route;
  const releases = [active.release, ...(canary ? [canary.release] : []), ...keptReleases];
  const problems = [
    ...unless(
      /^[\w.-]{0,64}$/.test(route.generation),
      "generation",
      route.generation,
      "up to 64 of A-Z a-z 0-9 . _ -",
    ),
    ...releases.flatMap((id) =>
      unless(releaseName.test(id), "release", id, "blue- or green- and 8 hexadecimal digits"),
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
    ...(
      [
        "namesDirectory",
        "newestFrontend",
        "certificateDirectory",
        "maintenanceFile",
        "usersDirectory",
        "generationDirectory",
      ] as const
    ).flatMap((name) => unless(/^(?:\/[\w.-]+)+$/.test(route[name]), name, route[name], "an absolute path")),
    ...unless(
      /^[A-Za-z0-9]{32,64}$/.test(route.guardToken),
      "guardToken",
      `${route.guardToken.length} characters`,
      "32 to 64 letters and digits",
    ),
    ...checkNumber("listenPort", route.listenPort, 65535),
    ...checkNumber("tlsPort", route.tlsPort, 65535),
    ...toldProblems(route),
  ];
  if (problems.length > 0) throw new Error(`The gateway's route cannot be rendered:\n${problems.join("\n")}`);
}

function toldProblems(route: GatewayRoute): string[] {
  const issues = toldSchema.safeParse(route).error?.issues ?? [];
  return issues.flatMap(({ path, message }) =>
    unless(false, path.join("."), valueAt(route, path.map(String)), message),
  );
}

function checkNumber(name: string, value: number, max: number): string[] {
  const good = Number.isInteger(value) && value >= 1 && value <= max;
  return unless(good, name, value, `a whole number from 1 to ${max}`);
}

function unless(good: boolean, name: string, value: unknown, allowed: string): string[] {
  return good ? [] : [`  ${name}: got ${JSON.stringify(value)}, allowed is ${allowed}`];
}
