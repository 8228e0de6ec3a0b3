import mysql, { type Pool, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import { describeError, type Log } from "./log.ts";
import type { DatabaseSettings } from "./settings.ts";

const pingMilliseconds = 2000;
const queryMilliseconds = 5000;
const watchMilliseconds = 1000;
const failuresUntilDown = 2;
/** Opened at once and kept, as a Java application's pool does: a name server that is away stops no query. */
const connections = 10;

const createTable = `CREATE TABLE IF NOT EXISTS sample_rows (
  id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  text VARCHAR(1000) NOT NULL,
  color VARCHAR(20) NOT NULL,
  version VARCHAR(100) NOT NULL,
  created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) CHARACTER SET utf8mb4`;

/** A stored row. */
export interface Row {
  id: string;
  text: string;
  color: string;
  version: string;
}

/** The database can't be used now; the caller answers 503. The message says why, without anything secret. */
export class DatabaseUnavailable extends Error {}

/** A row with this id is there already. */
export class DuplicateRow extends Error {}

/** The rows, kept in MySQL. Starts without it, notices it going, and recovers by itself. */
export class Database {
  readonly #pool: Pool;
  readonly #log: Log;
  #watcher: NodeJS.Timeout | undefined;
  #ping: Promise<boolean> | undefined;
  #failures = 0;
  #prepared = false;
  #reported: boolean | undefined;

  constructor(settings: DatabaseSettings, log: Log) {
    this.#log = log;
    this.#pool = mysql.createPool({
      ...settings,
      connectTimeout: queryMilliseconds,
      connectionLimit: connections,
      maxIdle: connections,
      queueLimit: 500,
      enableKeepAlive: true,
    });
  }

  /** Looks after the database each second: makes the table, and knows whether it is there. */
  watch(): void {
    void this.ping();
    this.#watcher = setInterval(() => void this.ping(), watchMilliseconds);
  }

  /** Whether the database answers and has our table; takes 2 s at most. Concurrent calls share one look. */
  ping(): Promise<boolean> {
    this.#ping ??= this.#look().finally(() => {
      this.#ping = undefined;
    });
    return this.#ping;
  }

  /**
   * Stores a row.
   * @throws DuplicateRow, DatabaseUnavailable
   */
  async insert(row: Row): Promise<void> {
    await this.#run(async () => {
      const sql = "INSERT INTO sample_rows (id, text, color, version) VALUES (?, ?, ?, ?)";
      await this.#pool.query<ResultSetHeader>(sql, [row.id, row.text, row.color, row.version]);
    });
  }

  /**
   * The row with this id, if there is one.
   * @throws DatabaseUnavailable
   */
  async find(id: string): Promise<Row | undefined> {
    return this.#run(async () => {
      const sql = "SELECT id, text, color, version FROM sample_rows WHERE id = ?";
      const [rows] = await this.#pool.query<(Row & RowDataPacket)[]>(sql, [id]);
      return rows[0];
    });
  }

  /**
   * How many rows have ids that begin with `prefix`, and those ids in order, from the first one after `after`.
   * @throws DatabaseUnavailable
   */
  async list(prefix: string, after: string, limit: number): Promise<{ count: number; ids: string[] }> {
    return this.#run(async () => {
      const pattern = `${prefix.replace(/[\\%_]/g, "\\$&")}%`;
      const [counts] = await this.#pool.query<({ count: number } & RowDataPacket)[]>(
        "SELECT COUNT(*) AS count FROM sample_rows WHERE id LIKE ?",
        [pattern],
      );
      const [rows] = await this.#pool.query<({ id: string } & RowDataPacket)[]>(
        "SELECT id FROM sample_rows WHERE id LIKE ? AND id > ? ORDER BY id LIMIT ?",
        [pattern, after, limit],
      );
      return { count: counts[0]?.count ?? 0, ids: rows.map((row) => row.id) };
    });
  }

  /** Lets go of every connection. */
  async close(): Promise<void> {
    clearInterval(this.#watcher);
    await bounded(this.#pool.end(), pingMilliseconds);
  }

  async #look(): Promise<boolean> {
    try {
      await bounded(this.#pool.query(this.#prepared ? "SELECT 1" : createTable), pingMilliseconds);
      this.#prepared = true;
      this.#failures = 0;
      if (this.#reported !== true) {
        this.#log("info", "database is there");
        void this.#open();
      }
      this.#reported = true;
      return true;
    } catch (error) {
      this.#failures += 1;
      if (this.#reported !== false) this.#log("warn", "database is not there", describeError(error));
      this.#reported = false;
      return false;
    }
  }

  /** As many queries at the same moment as there may be connections: each opens one, and holds up no other. */
  async #open(): Promise<void> {
    await Promise.allSettled(Array.from({ length: connections }, () => this.#pool.query("SELECT 1")));
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#prepared || this.#failures >= failuresUntilDown)
      throw new DatabaseUnavailable(this.#prepared ? "it stopped answering" : "it did not answer yet");
    try {
      return await bounded(work(), queryMilliseconds);
    } catch (error) {
      const { code, error: message } = describeError(error);
      if (code === "ER_DUP_ENTRY") throw new DuplicateRow("duplicate id");
      this.#log("warn", "query failed", describeError(error));
      throw new DatabaseUnavailable(code ?? message, { cause: error });
    }
  }
}

async function bounded<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
