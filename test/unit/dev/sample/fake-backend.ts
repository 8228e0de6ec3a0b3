import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Application } from "../../../../dev/sample/backend/application.ts";
import { DatabaseUnavailable, DuplicateRow, type Row } from "../../../../dev/sample/backend/database.ts";
import { createMetrics } from "../../../../dev/sample/backend/metrics.ts";
import { createBackend } from "../../../../dev/sample/backend/server.ts";
import { readSettings } from "../../../../dev/sample/backend/settings.ts";

/** The sample backend on a free port, with its rows in memory. */
export interface FakeBackend {
  url: string;
  app: Application;
  server: Server;
  rows: Map<string, Row>;
  /** Takes the database away, or gives it back. */
  setDatabase(there: boolean): void;
  close(): Promise<void>;
}

/** Starts the sample backend with `environment`, without a database server. */
export async function startFakeBackend(environment: Record<string, string> = {}): Promise<FakeBackend> {
  const rows = new Map<string, Row>();
  let there = true;
  const need = () => (there ? Promise.resolve() : Promise.reject(new DatabaseUnavailable("down")));
  const app: Application = {
    settings: readSettings({ APP_COLOR: "blue", APP_VERSION: "v1", ...environment }),
    database: {
      ping: () => Promise.resolve(there),
      insert: async (row) => {
        await need();
        if (rows.has(row.id)) throw new DuplicateRow("duplicate id");
        rows.set(row.id, row);
      },
      find: async (id) => {
        await need();
        return rows.get(id);
      },
      list: async (prefix, after, limit) => {
        await need();
        const ids = [...rows.keys()].filter((id) => id.startsWith(prefix)).sort();
        return { count: ids.length, ids: ids.filter((id) => id > after).slice(0, limit) };
      },
    },
    metrics: createMetrics(),
    log: () => undefined,
    stopping: false,
    running: new Set(),
    streams: new Set(),
  };
  const server = createBackend(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    app,
    server,
    rows,
    setDatabase: (value) => {
      there = value;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
