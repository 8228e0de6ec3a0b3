import type { IncomingMessage, ServerResponse } from "node:http";
import type { Database } from "./database.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { BackendSettings } from "./settings.ts";

/** The state that all routes share. */
export interface Application {
  settings: BackendSettings;
  database: Pick<Database, "ping" | "insert" | "find" | "list">;
  metrics: Metrics;
  log: Log;
  /** True after the signal to stop: readiness is down, and each answer closes its connection. */
  stopping: boolean;
  /** Answers that are not completely sent yet. */
  running: Set<ServerResponse>;
  /** One function per long-lived stream, to end it when the process stops. A stream removes its own at its end. */
  streams: Set<() => void>;
}

/** One request, and the parts of its address. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** The groups that the route's expression captures from the path. */
  parts: string[];
}

/** The names that a backend reports of itself. */
export function identity(settings: BackendSettings): { color: string; version: string; release?: string } {
  const { color, version, release } = settings;
  return release === undefined ? { color, version } : { color, version, release };
}
