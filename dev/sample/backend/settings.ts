import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Faults that an image can have on purpose, to show how a deploy of it fails. */
const faults = ["none", "unhealthy", "crashing", "failing", "degrading"] as const;

/** See {@link faults}. */
export type Fault = (typeof faults)[number];

/** Address and login of the database. */
export interface DatabaseSettings {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
}

/** The settings that the backend reads from its environment. */
export interface BackendSettings {
  port: number;
  color: string;
  version: string;
  /** Release id. Undefined if the platform sets none. */
  release: string | undefined;
  /** File with the id of the serving release. Undefined if the platform sets none. */
  servingFile: string | undefined;
  /** Seconds between two runs of the scheduled job; 0 for no job. Default 10. */
  jobSeconds: number;
  fault: Fault;
  /** Seconds from SIGTERM until running requests are cut off. Default 25: below the 30 s of Spring's graceful phase. */
  stopSeconds: number;
  database: DatabaseSettings;
  /** The file of each of the application's own secrets, by the name of its variable without `_FILE`. */
  secretFiles: Record<string, string>;
}

type Environment = Record<string, string | undefined>;

const secretsFolder = "/run/secrets/";
const passwordKey = "spring.datasource.password";

/**
 * Reads the settings from the environment and its config tree.
 * @throws Error with the variable, its value and the allowed values.
 */
export function readSettings(env: Environment): BackendSettings {
  return {
    port: readNumber(env, "SERVER_PORT", 8080),
    color: env.APP_COLOR ?? "none",
    version: env.APP_VERSION ?? "dev",
    release: env.WEBNET_RELEASE,
    servingFile: env.WEBNET_SERVING_FILE,
    jobSeconds: readNumber(env, "APP_JOB_SECONDS", 10),
    fault: readFault(env.APP_FAULT ?? "none"),
    stopSeconds: readNumber(env, "APP_STOP_SECONDS", 25),
    database: {
      ...parseJdbcUrl(env.SPRING_DATASOURCE_URL ?? "jdbc:mysql://127.0.0.1:3306/appdb"),
      user: env.SPRING_DATASOURCE_USERNAME ?? "app",
      password: readPassword(env),
    },
    secretFiles: Object.fromEntries(
      Object.entries(env).flatMap(([name, file]) =>
        name.endsWith("_FILE") && file?.startsWith(secretsFolder) === true
          ? [[name.slice(0, -"_FILE".length), file]]
          : [],
      ),
    ),
  };
}

/**
 * Reads host, port (default 3306) and database from a JDBC address. Ignores its parameters.
 * @throws Error when it is not an address of MySQL.
 */
export function parseJdbcUrl(url: string): { host: string; port: number; database: string } {
  const match = /^jdbc:mysql:\/\/([^/:?]+)(?::(\d+))?\/([^/?]+)(?:\?.*)?$/.exec(url);
  const [, host, port, database] = match ?? [];
  if (host === undefined || database === undefined) {
    throw new Error(`SPRING_DATASOURCE_URL is "${url}"; expected jdbc:mysql://host:port/database`);
  }
  return { host, port: Number(port ?? 3306), database };
}

function readPassword(env: Environment): string {
  const folder = /configtree:([^;]+)/.exec(env.SPRING_CONFIG_IMPORT ?? "")?.[1];
  const file = folder === undefined ? undefined : path.join(folder, passwordKey);
  if (file !== undefined && existsSync(file)) return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  return env.SPRING_DATASOURCE_PASSWORD ?? "";
}

function readFault(value: string): Fault {
  const fault = faults.find((known) => known === value);
  if (fault !== undefined) return fault;
  throw new Error(`APP_FAULT is "${value}"; allowed: ${faults.join(", ")}`);
}

function readNumber(env: Environment, name: string, fallback: number): number {
  const text = env[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535) {
    throw new Error(`${name} is "${text}"; expected a whole number from 0 to 65535`);
  }
  return value;
}
