import { stopMarginSeconds } from "./bounds.ts";
import { configPath } from "./commands.ts";
import { got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import type { Get } from "./get.ts";
import type { Problem } from "./problem.ts";
import { valueAt } from "./shape.ts";

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
  const words = `${configPath(drain)} (${drainSeconds}) and ${configPath(stop)} (${stopSeconds}) together`;
  return [
    ...(typeof proxy === "number" && valueAt(context.input, proxyPath) !== undefined && proxy > together
      ? [
          {
            at: configPath(proxyPath),
            what: "a switch would cut requests that are within their time",
            got: String(proxy),
            allowed: `at most ${together}: ${words}`,
            fix: [
              settingCommand(context, drain, String(Math.min(600, Math.max(10, proxy - stopSeconds)))),
              ...(proxy - 600 > stopSeconds ? [settingCommand(context, stop, String(proxy - 600))] : []),
            ],
            or: [[settingCommand(context, proxyPath, String(together))]],
          },
        ]
      : []),
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

/** A path that never reaches the backend would protect nothing, and nobody would notice. */
export function pathsReachTheBackend(context: Context, get: Get): Problem[] {
  const base: unknown = get(["backend", "basePath"]);
  if (typeof base !== "string") return [];
  const lists = [at("rateLimits", "loginPaths"), at("rateLimits", "exemptPaths"), at("streamPaths")];
  return lists.flatMap((list) => {
    const paths: unknown = get(list);
    if (!Array.isArray(paths)) return [];
    return paths.flatMap((path: unknown, position) => {
      if (typeof path !== "string" || path === base || path.startsWith(`${base}/`)) return [];
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
