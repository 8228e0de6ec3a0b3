import type { Get } from "./get.ts";
import { configPath } from "./commands.ts";
import { got, settingCommand, type Context } from "./explain.ts";
import type { Problem } from "./problem.ts";

/** The pool sizes in a backend's environment, each with its variable. */
export function poolSizes(environment: object): [name: string, size: unknown][] {
  return Object.entries(environment).filter(([name]) =>
    /^SPRING_DATASOURCE_HIKARI_MAXIMUM_?POOL_?SIZE$/i.test(name),
  );
}

/** How many backends may run at the same time: while an update brings new settings to both colours, two of each. */
export function mostBackends(standby: unknown, replicas: unknown = 1): number {
  return (standby === "off" ? 2 : 4) * (typeof replicas === "number" ? replicas : 1);
}

/** If no connection is left, a new release doesn't start, and one that serves can't fill its pool. */
export function poolsFitIntoDatabase(context: Context, get: Get): Problem[] {
  const path = ["backend", "environment"];
  const environment = get(path);
  const connections = get(["mysql", "maxConnections"]);
  if (typeof environment !== "object" || environment === null || typeof connections !== "number") return [];
  const backends = mostBackends(get(["standby"]), get(["backend", "replicas"]));
  const most = Math.floor(connections / backends);
  return poolSizes(environment)
    .filter(([, size]) => Number(size) > most)
    .map(([name]) => ({
      at: configPath([...path, name]),
      what: `MySQL has fewer connections than the pools of ${backends} backends, which may run at the same time`,
      got: got(context, [...path, name]),
      allowed: `at most ${most}, with webnet:mysql.maxConnections at ${connections}`,
      fix: [settingCommand(context, [...path, name], String(most))],
    }));
}
