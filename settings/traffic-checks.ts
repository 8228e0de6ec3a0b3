import { aloneIn } from "./alone.ts";
import type { colorsIn } from "./alone-checks.ts";
import { stopMarginSeconds } from "./bounds.ts";
import { configPath } from "./commands.ts";
import { got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import { entriesOf } from "./entries.ts";
import type { Get } from "./get.ts";
import type { Problem } from "./problem.ts";
import { toBackend } from "./schema/routes.ts";
import { isBelow } from "./paths.ts";
import { valueAt, type Path } from "./shape.ts";

type Colors = ReturnType<typeof colorsIn>;

const at = (...keys: (string | number)[]) => ["gateway", ...keys];

const drain = at("drainSeconds");
const stop = ["backend", "stopSeconds"];

/**
 * What a client may wait for must be able to end at a release that a switch takes out of service. A stack that says
 * nothing of it has chosen its drain for requests that it knows.
 */
export function requestsOutliveSwitches(context: Context, get: Get): Problem[] {
  const [proxyPath, streamPath] = [at("proxyTimeoutSeconds"), at("streamDrainSeconds")];
  const [proxy, stream, drainSeconds, stopSeconds] = [proxyPath, streamPath, drain, stop].map(get);
  if (typeof drainSeconds !== "number" || typeof stopSeconds !== "number") return [];
  const together = drainSeconds + stopSeconds;
  const tooLong = (path: Path, seconds: unknown): Problem[] =>
    typeof seconds !== "number" || valueAt(context.input, path) === undefined || seconds <= together
      ? []
      : [
          {
            at: configPath(path),
            what: "a switch would cut requests that are within their time",
            got: String(seconds),
            allowed: `at most ${together}: ${words}`,
            fix: [
              settingCommand(context, drain, String(Math.min(600, Math.max(10, seconds - stopSeconds)))),
              ...(seconds - 600 > stopSeconds ? [settingCommand(context, stop, String(seconds - 600))] : []),
            ],
            or: [[settingCommand(context, path, String(together))]],
          },
        ];
  const routes = entriesOf<{ timeoutSeconds?: number }>(get, at("routes"), []);
  const words = `${configPath(drain)} (${drainSeconds}) and ${configPath(stop)} (${stopSeconds}) together`;
  return [
    ...tooLong(proxyPath, proxy),
    ...routes.flatMap(([name, { timeoutSeconds }]) =>
      tooLong(at("routes", name, "timeoutSeconds"), timeoutSeconds),
    ),
    ...(typeof stream === "number" && stream < together + stopMarginSeconds
      ? [
          {
            at: configPath(streamPath),
            what: "streams at a release that stays would end before those at one that goes away",
            got: String(stream),
            allowed: `at least ${together + stopMarginSeconds}: ${words}, and ${stopMarginSeconds} s`,
            fix: [settingCommand(context, streamPath, String(together + stopMarginSeconds))],
          },
        ]
      : []),
  ];
}

interface Route {
  paths?: string[];
  to?: string;
}

/** A path that never reaches the backend, or another route, would protect nothing, and nobody would notice. */
export function pathsReachTheBackend(context: Context, get: Get, colors: Colors = {}): Problem[] {
  const base: unknown = get(["backend", "basePath"]);
  // Every address reaches a backend that has no frontend beside it, and none one that isn't there.
  if (typeof base !== "string" || Object.keys(aloneIn(colors)).length > 0) return [];
  const routes = entriesOf<Route>(get, at("routes"), ["paths"]).map(([, route]) => route);
  const pathsOf = (some: readonly Route[]) => some.flatMap(({ paths = ["/"] }) => paths);
  const ofBackend = [base, ...pathsOf(routes.filter(({ to }) => to === toBackend))];
  const lists = [
    { list: at("rateLimits", "loginPaths"), reached: ofBackend },
    { list: at("rateLimits", "exemptPaths"), reached: ofBackend },
    { list: at("streamPaths"), reached: [base, ...pathsOf(routes)] },
  ];
  return lists.flatMap(({ list, reached }) => {
    const paths: unknown = get(list);
    if (!Array.isArray(paths)) return [];
    return paths.flatMap((path: unknown, position) => {
      if (typeof path !== "string" || reached.some((one) => one === "/" || isBelow(path, one))) return [];
      const item = [...list, position];
      return [
        {
          at: configPath(item),
          what: "no request to it reaches the backend",
          got: got(context, item),
          allowed: `${base}, or a path below it such as ${base}/login`,
          fix: [settingCommand(context, item, `${base}${path}`)],
          or: [[settingCommand(context, item, placeholderAt(context, item))]],
        },
      ];
    });
  });
}
