import { configPath, removeCommand } from "./commands.ts";
import { got, settingCommand, type Context } from "./explain.ts";
import { publicPathOf } from "./backend.ts";
import type { Get } from "./get.ts";
import type { Problem } from "./problem.ts";

/** The variables by which the program tells a plain backend where it listens, and where its database is. */
export const plainVariables = [
  "PORT",
  "DATABASE_HOST",
  "DATABASE_PORT",
  "DATABASE_NAME",
  "DATABASE_USER",
  "DATABASE_PASSWORD_FILE",
] as const;

const kind = ["backend", "kind"];

/** Finds what a plain backend would get twice, or not at all. */
export function plainBackendIsTold(context: Context, get: Get): Problem[] {
  if (get(kind) !== "plain") return [];
  const environment = ["backend", "environment"];
  const parameters = ["backend", "jdbcParameters"];
  const taken = Object.keys(get(environment) ?? {}).filter((name) =>
    (plainVariables as readonly string[]).includes(name),
  );
  return [
    ...taken.map((name) => ({
      at: configPath([...environment, name]),
      what: "the program itself sets this variable of a plain backend",
      got: got(context, [...environment, name]),
      allowed: `other names than ${plainVariables.join(", ")}, while ${configPath(kind)} is plain`,
      fix: [removeCommand(context.stack, [...environment, name])],
    })),
    ...(Object.keys(get(parameters) ?? {}).length === 0
      ? []
      : [
          {
            at: configPath(parameters),
            what: "a plain backend gets no URL that they could be part of",
            got: got(context, parameters),
            allowed: `nothing, while ${configPath(kind)} is plain`,
            fix: [removeCommand(context.stack, parameters)],
            or: [[settingCommand(context, kind, "spring")]],
          },
        ]),
  ];
}

/** What is hidden from clients can't be all that the backend has. */
export function metricsCanBeHidden(context: Context, get: Get): Problem[] {
  const path = ["backend", "metricsPath"];
  const [metrics, basePath, strips] = [path, ["backend", "basePath"], ["backend", "stripBasePath"]].map(get);
  if (typeof metrics !== "string" || typeof basePath !== "string" || typeof strips !== "boolean") return [];
  if (publicPathOf({ basePath, stripBasePath: strips }, metrics) !== basePath) return [];
  return [
    {
      at: configPath(path),
      what: "it is where all that the backend has begins, and no client could be kept from it alone",
      got: got(context, path),
      allowed: `a path below ${configPath(["backend", "basePath"])}, or elsewhere`,
      fix: [settingCommand(context, path, `${basePath}/metrics`)],
    },
  ];
}
