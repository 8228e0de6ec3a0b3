import { setTimeout as sleep } from "node:timers/promises";
import mysql, {
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from "mysql2/promise";
import { describeError, type Log } from "./log.ts";
import type { DatabaseSettings } from "./settings.ts";

const pingMilliseconds = 2000;
const connectMilliseconds = 5000;
/** Limit for the connection and the query together: less than the 60 s that nginx waits for an answer. */
const queryMilliseconds = 45_000;
const retryMilliseconds = 200;
const watchMilliseconds = 1000;
/** Refusals in a row, and checks in a row without an answer in time. A busy machine has some of the latter as well. */
const refusalsUntilDown = 2;
const silencesUntilDown = 6;
/** The pool opens them at the start and keeps them, like a Java pool: queries survive an outage of the name server. */
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

/** The database is not available. The caller answers 503. The message gives the reason and contains no secret. */
export class DatabaseUnavailable extends Error {}

/** The database took too long to answer. */
class NoAnswer extends Error {}

/** A row with this id already exists. */
export class DuplicateRow extends Error {}

/** The rows in MySQL. The backend starts without MySQL, notices an outage, and recovers by itself. */
export class Database {
  readonly #pool: Pool;
  readonly #log: Log;
  #watcher: NodeJS.Timeout | undefined;
  #ping: Promise<boolean> | undefined;
  #refusals = 0;
  #silences = 0;
  #prepared = false;
  #reported: boolean | undefined;

  constructor(settings: DatabaseSettings, log: Log) {
    this.#log = log;
    this.#pool = mysql.createPool({
      ...settings,
      connectTimeout: connectMilliseconds,
      connectionLimit: connections,
      maxIdle: connections,
      queueLimit: 500,
      enableKeepAlive: true,
    });
  }

  /** Checks the database every second, and creates the table at the first success. */
  watch(): void {
    void this.ping();
    this.#watcher = setInterval(() => void this.ping(), watchMilliseconds);
  }

  /** True if the database answers and has our table. Takes 2 s at most. Concurrent calls share one check. */
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
    await this.#run(async (connection) => {
      const sql = "INSERT INTO sample_rows (id, text, color, version) VALUES (?, ?, ?, ?)";
      await connection.query<ResultSetHeader>(sql, [row.id, row.text, row.color, row.version]);
    });
  }

  /**
   * Finds the row with this id. Undefined if there is none.
   * @throws DatabaseUnavailable
   */
  async find(id: string): Promise<Row | undefined> {
    return this.#run(async (connection) => {
      const sql = "SELECT id, text, color, version FROM sample_rows WHERE id = ?";
      const [rows] = await connection.query<(Row & RowDataPacket)[]>(sql, [id]);
      return rows[0];
    });
  }

  /**
   * Counts the rows whose id begins with `prefix`, and lists their ids in order: at most `limit`, after the id `after`.
   * @throws DatabaseUnavailable
   */
  async list(prefix: string, after: string, limit: number): Promise<{ count: number; ids: string[] }> {
    return this.#run(async (connection) => {
      const pattern = `${prefix.replace(/[\\%_]/g, "\\$&")}%`;
      const [counts] = await connection.query<({ count: number } & RowDataPacket)[]>(
        "SELECT COUNT(*) AS count FROM sample_rows WHERE id LIKE ?",
        [pattern],
      );
      const [rows] = await connection.query<({ id: string } & RowDataPacket)[]>(
        "SELECT id FROM sample_rows WHERE id LIKE ? AND id > ? ORDER BY id LIMIT ?",
        [pattern, after, limit],
      );
      return { count: counts[0]?.count ?? 0, ids: rows.map((row) => row.id) };
    });
  }

  /** Closes all connections. Waits 2 s at most. */
  async close(): Promise<void> {
    clearInterval(this.#watcher);
    await bounded(this.#pool.end(), pingMilliseconds);
  }

  async #look(): Promise<boolean> {
    try {
      await bounded(this.#pool.query(this.#prepared ? "SELECT 1" : createTable), pingMilliseconds);
      this.#prepared = true;
      this.#refusals = 0;
      this.#silences = 0;
      if (this.#reported !== true) {
        this.#log("info", "database is there");
        void this.#open();
      }
      this.#reported = true;
      return true;
    } catch (error) {
      if (error instanceof NoAnswer) this.#silences += 1;
      else this.#refusals += 1;
      if (this.#reported !== false) this.#log("warn", "database is not there", describeError(error));
      this.#reported = false;
      return false;
    }
  }

  /** Runs one query per connection at the same time: so the pool opens all connections. */
  async #open(): Promise<void> {
    await Promise.allSettled(Array.from({ length: connections }, () => this.#pool.query("SELECT 1")));
  }

  async #run<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    this.#mustBeThere();
    try {
      return await bounded(this.#overConnection(work), queryMilliseconds);
    } catch (error) {
      const { code, error: message } = describeError(error);
      if (code === "ER_DUP_ENTRY") throw new DuplicateRow("duplicate id");
      this.#log("warn", "query failed", describeError(error));
      throw new DatabaseUnavailable(code ?? message, { cause: error });
    }
  }

  async #overConnection<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    const connection = await this.#connection();
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  }

  /** Tries again while the database is up: one failed name lookup then loses no query. */
  async #connection(): Promise<PoolConnection> {
    const deadline = performance.now() + queryMilliseconds;
    for (;;) {
      try {
        return await this.#pool.getConnection();
      } catch (error) {
        this.#log("warn", "no connection", describeError(error));
        if (performance.now() > deadline) throw error;
      }
      await sleep(retryMilliseconds);
      this.#mustBeThere();
    }
  }

  #mustBeThere(): void {
    if (!this.#prepared) throw new DatabaseUnavailable("it did not answer yet");
    if (this.#refusals >= refusalsUntilDown || this.#silences >= silencesUntilDown)
      throw new DatabaseUnavailable("it stopped answering");
  }
}

async function bounded<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswer(`no answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
