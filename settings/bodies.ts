import { fewestUploads, leastTemporaryMegabytes } from "./bounds.ts";
import { configPath } from "./commands.ts";
import { settingCommand, type Context } from "./explain.ts";
import { entriesOf } from "./entries.ts";
import type { Problem } from "./problem.ts";
import { toBackend } from "./schema/routes.ts";
import type { Path } from "./shape.ts";

/** Number of largest bodies that a backend must be able to keep in files at the same time. */
const bodiesInBackend = 3;
/** Share of a backend's memory for its `/tmp`; the rest is the JVM's heap. */
const tmpShare = 0.25;

/** Six of the largest uploads that the gateway lets through by default. */
const usualTmpMegabytes = 64;

/** Size of a backend's `/tmp`, in MB, if the config doesn't set it. */
export function defaultTmpMegabytes(memoryMegabytes: number): number {
  return Math.min(usualTmpMegabytes, Math.floor(memoryMegabytes * tmpShare));
}

/**
 * Checks that every allowed body has room where it waits: on the gateway's disk, and in a backend's `/tmp`. What is
 * streamed waits nowhere, and only its application knows what it keeps.
 */
export function bodiesHaveRoom(context: Context, get: (path: Path) => unknown): Problem[] {
  if (get(["gateway", "uploads"]) === "streamed") return [];
  const largest = largestBody(get, () => true);
  const ofBackend = largestBody(get, ({ to }) => to === toBackend);
  const paths = {
    body: largest.path,
    disk: ["gateway", "temporaryMegabytes"],
    tmp: ["backend", "tmpMegabytes"],
    memory: ["backend", "limits", "memoryMegabytes"],
  };
  const [body, disk, givenTmp, memory] = Object.values(paths).map(get);
  const tmp = givenTmp ?? (typeof memory === "number" ? defaultTmpMegabytes(memory) : undefined);
  const problem = (
    path: Path,
    what: string,
    allowed: string,
    other: Path,
    values: [number, number],
  ): Problem => ({
    at: configPath(path),
    what,
    got: String(get(path)),
    allowed,
    fix: [settingCommand(context, path, String(values[0]))],
    or: [[settingCommand(context, other, String(values[1]))]],
  });
  const problems: Problem[] = [];
  if (typeof body === "number" && typeof disk === "number" && disk < leastTemporaryMegabytes(body)) {
    const least = leastTemporaryMegabytes(body);
    problems.push(
      problem(
        paths.disk,
        `it has no room for ${fewestUploads} of the largest bodies: half of it is for them, and ${configPath(paths.body)} is ${body}`,
        `at least ${least}, or smaller bodies`,
        paths.body,
        [least, Math.max(Math.floor((disk * body) / least), 1)],
      ),
    );
  }
  if (
    typeof ofBackend.value === "number" &&
    typeof tmp === "number" &&
    tmp < ofBackend.value * bodiesInBackend
  ) {
    const least = ofBackend.value * bodiesInBackend;
    const isTooMuch = typeof memory === "number" && least > memory * tmpShare;
    problems.push({
      at: configPath(paths.tmp),
      what: `a backend's /tmp has no room for ${bodiesInBackend} of the largest bodies: ${configPath(ofBackend.path)} is ${ofBackend.value}`,
      got: `${tmp}${givenTmp === undefined ? ", the default" : ""}`,
      allowed: `at least ${least}, or smaller bodies`,
      fix: [
        settingCommand(context, paths.tmp, String(least)),
        ...(isTooMuch ? [settingCommand(context, paths.memory, String(Math.ceil(least / tmpShare)))] : []),
      ],
      or: [[settingCommand(context, ofBackend.path, String(Math.max(Math.floor(tmp / bodiesInBackend), 1)))]],
    });
  }
  if (typeof givenTmp === "number" && typeof memory === "number" && givenTmp > memory * tmpShare) {
    problems.push(
      problem(
        paths.tmp,
        `it is memory, and with the JVM's 75 % more than a backend may have: ${configPath(paths.memory)} is ${memory}`,
        `at most ${Math.floor(memory * tmpShare)}, a quarter of that, or more memory`,
        paths.memory,
        [Math.floor(memory * tmpShare), Math.ceil(givenTmp / tmpShare)],
      ),
    );
  }
  return problems;
}

interface BodyRoute {
  to?: string;
  buffered?: boolean;
  maxBodyMegabytes?: number;
}

/** The setting with the largest body of all that wait in the gateway, and its value. */
function largestBody(
  get: (path: Path) => unknown,
  isMeant: (route: BodyRoute) => boolean,
): { path: Path; value: unknown } {
  const usual: Path = ["gateway", "clientMaxBodyMegabytes"];
  const value = get(usual);
  const routes = entriesOf<BodyRoute>(get, ["gateway", "routes"], []);
  const [most] = routes
    .filter(([, route]) => isMeant(route) && route.buffered !== false)
    .map(([name, { maxBodyMegabytes: body }]) => ({
      path: ["gateway", "routes", name, "maxBodyMegabytes"],
      value: typeof body === "number" ? body : 0,
    }))
    .sort((one, other) => other.value - one.value);
  if (most === undefined || typeof value !== "number" || most.value <= value) return { path: usual, value };
  return most;
}
