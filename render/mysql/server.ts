/** Size of the MySQL server. */
export interface ServerOptions {
  /** Connections at the same time. */
  maxConnections: number;
  /** Memory limit of the container, in MB. */
  memoryMegabytes: number;
}

/**
 * Where MySQL sorts and keeps temporary files. It is on the disk of the data, because a big `ALTER TABLE` needs as much
 * room as its table. The name begins with a dot, so that the first initialisation sees an empty data directory.
 */
export const temporaryDirectory = "/var/lib/mysql/.tmp";

/**
 * Memory that MySQL takes besides the buffer pool, in MB (measured): code, performance schema, dictionary and caches.
 */
const fixedMegabytes = 350;

/** Share of the remaining memory for the buffer pool; the rest is for connections, sorts and temporary tables. */
const poolShare = 0.6;

/** The text of `my.cnf`, valid for MySQL 8.4 and 9. Nothing in it is secret. */
export function renderMyCnf({ maxConnections, memoryMegabytes }: ServerOptions): string {
  const options: Record<string, string | number> = {
    datadir: "/var/lib/mysql",
    // Also serves as `innodb-tmpdir`, which defaults to it and must not be set to a place in the data directory.
    tmpdir: temporaryDirectory,
    socket: "/var/run/mysqld/mysqld.sock",
    "pid-file": "/var/run/mysqld/mysqld.pid",
    "bind-address": "*",
    // A container's name is no identity, and a reverse look-up only delays the connection.
    "skip-name-resolve": "ON",
    // No client uses the X protocol: one port less.
    mysqlx: "OFF",
    "secure-file-priv": "NULL",
    "character-set-server": "utf8mb4",
    "collation-server": "utf8mb4_0900_ai_ci",
    "max-connections": maxConnections,
    "performance-schema": "ON",
    // Keeps what dashboards read, but not 10,000 statements: about 80 MB less.
    "performance-schema-digests-size": 2000,
    "performance-schema-events-statements-history-long-size": 1000,
    // Only MyISAM uses it.
    "key-buffer-size": "1M",
    ...bufferPool((memoryMegabytes - fixedMegabytes) * poolShare),
    // A larger log makes recovery after a crash longer. A smaller one makes a busy server wait for page writes.
    "innodb-redo-log-capacity": megabytes(memoryMegabytes / 8, 64, 2048),
    "innodb-log-buffer-size": "16M",
    // The default is at least 1 GB: it follows the host's memory, not the container's.
    "temptable-max-ram": megabytes(memoryMegabytes / 16, 16),
    // Needs a capability that the container lacks; not every build knows the option.
    "loose-innodb-numa-interleave": "OFF",
    // Enough to restore to a moment since the last weekly backup.
    "binlog-expire-logs-seconds": 7 * 24 * 3600,
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} = ${value}`);
  return `[mysqld]\n${lines.join("\n")}\n`;
}

/** The server rounds the pool up to whole chunks in each instance, above the wanted size, so this rounds down first. */
function bufferPool(wantedMegabytes: number): Record<string, string | number> {
  const chunkMegabytes = 64;
  const instances = Math.min(Math.max(Math.floor(wantedMegabytes / 1024), 1), 8);
  const step = chunkMegabytes * instances;
  return {
    "innodb-buffer-pool-instances": instances,
    "innodb-buffer-pool-chunk-size": `${chunkMegabytes}M`,
    "innodb-buffer-pool-size": megabytes(
      wantedMegabytes < step ? wantedMegabytes : Math.floor(wantedMegabytes / step) * step,
      64,
    ),
  };
}

function megabytes(wanted: number, atLeast: number, atMost = Infinity): string {
  return `${Math.floor(Math.min(Math.max(wanted, atLeast), atMost))}M`;
}
