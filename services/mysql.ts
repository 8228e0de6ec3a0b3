import { rootPasswordFile } from "../render/mysql/layout.ts";
import { healthCommand, startScript, trialProgram, versionCommand } from "../render/mysql.ts";
import { mysqlFacts } from "../settings/services.ts";
import { dataVolumeName, filesVolumeName, secretsDirectory } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { usualProcesses, type Workload } from "../workload/workload.ts";
import { databaseAddress } from "./database.ts";
import { dataVolumeLabel } from "../workload/labels.ts";

/** The user that MySQL runs as; it must be able to read MySQL's files. */
export const mysqlUid = 999;
/** Purpose of the files with MySQL's secrets; names their volume. */
export const mysqlSecrets = "mysql-secrets";
/** Purpose of MySQL's configuration files; each version has its own volume. */
export const mysqlConfig = "mysql-config";

const initialisationDirectory = "/docker-entrypoint-initdb.d";

/**
 * Describes MySQL's container.
 *
 * @param version digest of its configuration
 */
export function mysqlWorkload(platform: Platform, version: string): Workload {
  const { prefix, settings } = platform;
  const { mysql, network } = settings;
  const { host, port } = databaseAddress(platform);
  const data = dataVolumeName(prefix, mysqlFacts.data.role, mysql.dataVolume);
  const secrets = filesVolumeName(prefix, mysqlSecrets);
  const configuration = filesVolumeName(prefix, `${mysqlConfig}-${version}`);
  return {
    name: host,
    // Releases older than the prefixed names serve until an upgrade ends, and find MySQL by this name. On an adopted
    // network it may belong to another container.
    aliases: network.adopt ? [] : ["mysql"],
    role: mysqlFacts.role,
    labels: {
      "webnet.config": version,
      [dataVolumeLabel]: data,
    },
    user: `${mysqlUid}:${mysqlUid}`,
    entrypoint: ["sh", "-c", startScript, "mysql-start"],
    environment: {
      MYSQL_ROOT_PASSWORD_FILE: `${secretsDirectory}/${rootPasswordFile}`,
      MYSQL_ROOT_HOST: "localhost",
    },
    mounts: [
      { kind: "volume", source: data, target: "/var/lib/mysql", readOnly: false },
      { kind: "volume", source: configuration, target: "/etc/mysql/conf.d", readOnly: true },
      { kind: "volume", source: secrets, target: secretsDirectory, readOnly: true },
      { kind: "volume", source: secrets, target: initialisationDirectory, readOnly: true },
    ],
    memory: {
      "/tmp": { megabytes: 16 },
      "/var/run/mysqld": { megabytes: 1, mode: "0755", owner: mysqlUid },
    },
    ...(mysql.port !== undefined && {
      ports: [{ internal: port, external: mysql.port, address: mysql.bindAddress }],
    }),
    health: { command: healthCommand, timing: mysql.health },
    limits: mysql.limits,
    // MySQL has a thread for each connection.
    processes: mysql.maxConnections + usualProcesses,
    stop: { signal: "SIGTERM", graceSeconds: mysql.stopSeconds },
    trial: { passes: "ends", instead: trialProgram, asks: versionCommand },
    gap: "From its stop until it is healthy again, some seconds or longer, requests that need the database fail.",
  };
}
