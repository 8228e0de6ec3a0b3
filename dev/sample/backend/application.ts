import type { IncomingMessage, ServerResponse } from "node:http";
import type { Database } from "./database.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { BackendSettings } from "./settings.ts";

/** What the routes share. */
export interface Application {
  settings: BackendSettings;
  database: Pick<Database, "ping" | "insert" | "find" | "list">;
  metrics: Metrics;
  log: Log;
  /** Set once the process has been told to stop: readiness is down, and each answer closes its connection. */
  stopping: boolean;
  /** The answers that haven't been sent whole. */
  running: Set<ServerResponse>;
  /** Called for each long-lived stream when the process stops; a stream takes itself out when it ends. */
  streams: Set<() => void>;
}

/** One request, and what was taken from its address. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** The parts of the path that the route's expression holds in parentheses. */
  parts: string[];
}

/** The names under which a backend presents itself. */
export function identity(settings: BackendSettings): { color: string; version: string; release?: string } {
  const { color, version, release } = settings;
  return release === undefined ? { color, version } : { color, version, release };
}
