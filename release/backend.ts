import { databaseAddress, jdbcUrl } from "../services/database.ts";
import {
  backendAlias,
  backendHostPrefix,
  replicaSuffix,
  filesVolumeName,
  secretsDirectory,
  servingVolumeName,
} from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import type { Mount, Workload } from "../workload/workload.ts";
import type { plainVariables } from "../settings/backend-checks.ts";
import type { Color } from "../settings/index.ts";
import { headerLines } from "../settings/bounds.ts";
import { defaults } from "../settings/defaults.ts";
import { pathsOf } from "./paths.ts";
import { readinessCheck } from "./readiness.ts";
import { backendPasswordFile, secretsEnvironment, secretsPurpose } from "./secrets.ts";
import { replicaEnvironment, servingDirectory, servingEnvironment } from "./serving.ts";
import { colorLabel, releaseLabel, roles } from "../workload/labels.ts";

/** The user that a backend runs as; it must be able to read the backend's secrets. */
export const backendUid = 10001;

/** A thread for each request (200 in Spring's own server), and those of the JVM and of pools; each takes some memory. */
const backendProcesses = 4096;

/** Without these the JVM takes a quarter of the memory limit, and goes on half dead when memory runs out. */
const javaOptions = "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError";

function mounts({ prefix, settings }: Platform): Mount[] {
  const secrets = filesVolumeName(prefix, secretsPurpose(settings));
  const serving = servingVolumeName(prefix);
  return [
    // Holds the database password, and the application's own secrets, as files of the tree that Spring reads its
    // configuration from.
    { kind: "volume", source: secrets, target: secretsDirectory, readOnly: true },
    // Tells which release serves, see `serving.ts`.
    { kind: "volume", source: serving, target: servingDirectory, readOnly: true },
  ];
}

/**
 * How a colour's backend runs. The release's id is empty while webnet computes it from this workload: it follows from
 * the first container, so that another number of them is no other release.
 */
export function backendWorkload(
  platform: Platform,
  { color, tag, id, replica = 1 }: { color: Color; tag: string; id: string; replica?: number },
): Workload {
  const { backend } = platform.settings;
  return {
    name: `${backendHostPrefix(platform.prefix)}${id}${replicaSuffix(replica)}`,
    // webnet finds a backend's container by these.
    labels: { [colorLabel]: color, [releaseLabel]: id },
    mounts: mounts(platform),
    aliases: [backendAlias(platform.prefix, color)],
    role: roles.release,
    user: `${backendUid}:${backendUid}`,
    environment: {
      ...backendEnvironment(platform, color, tag),
      ...servingEnvironment(id),
      ...replicaEnvironment(replica),
    },
    // Java's libraries for compression, TLS and JNA unpack native code there, and the JVM maps it.
    memory: { "/tmp": { megabytes: backend.tmpMegabytes, executable: true } },
    health: {
      command: readinessCheck({
        kind: backend.kind,
        url: `http://127.0.0.1:${backend.port}${pathsOf(platform.settings, color).healthPath}`,
        timeoutSeconds: backend.health.timeoutSeconds,
      }),
      timing: backend.health,
    },
    limits: backend.limits,
    processes: backendProcesses,
    stop: { signal: "SIGTERM", graceSeconds: backend.stopSeconds },
  };
}

/**
 * A backend's environment. The variables before the settings' own are defaults: the settings replace them, or add to
 * them in the case of the JVM's options. The variables after them are the contract: the settings refuse their names.
 */
function backendEnvironment(platform: Platform, color: Color, tag: string): Record<string, string> {
  const { settings } = platform;
  const release = { APP_COLOR: color, APP_VERSION: tag };
  const own = secretsEnvironment(settings);
  if (settings.backend.kind === "plain")
    return { ...settings.backend.environment, ...own, ...plainContract(platform), ...release };
  const { JAVA_TOOL_OPTIONS: addedOptions = "", ...environment } = settings.backend.environment;
  return {
    // If two options contradict each other, the JVM takes the last one.
    JAVA_TOOL_OPTIONS: `${javaOptions} ${addedOptions}`.trim(),
    // Spring Boot before 3.4 finishes running requests only if told to.
    SERVER_SHUTDOWN: "graceful",
    // Spring Boot offers the readiness endpoint by itself only on Kubernetes.
    MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED: "true",
    ...headerRoom(settings.gateway.requestHeaderKilobytes),
    ...environment,
    ...own,
    ...springContract(platform),
    ...release,
  };
}

/** Spring Boot takes 8 KB of headers by itself. Left out where the setting is, so that no release is made anew. */
function headerRoom(kilobytes: number): Record<string, string> {
  if (kilobytes === defaults.gateway.requestHeaderKilobytes.value) return {};
  return { SERVER_MAX_HTTP_REQUEST_HEADER_SIZE: `${headerLines * kilobytes}KB` };
}

function springContract(platform: Platform): Record<string, string> {
  const { backend } = platform.settings;
  const database = databaseAddress(platform);
  return {
    SERVER_PORT: String(backend.port),
    SPRING_DATASOURCE_URL: jdbcUrl(database, backend.jdbcParameters),
    SPRING_DATASOURCE_USERNAME: database.user,
    // The password is a file of this tree, with the name of the property that it sets.
    SPRING_CONFIG_IMPORT: `optional:configtree:${secretsDirectory}/`,
  };
}

function plainContract(platform: Platform): Record<(typeof plainVariables)[number], string> {
  const { host, port, name, user } = databaseAddress(platform);
  return {
    PORT: String(platform.settings.backend.port),
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: name,
    DATABASE_USER: user,
    DATABASE_PASSWORD_FILE: `${secretsDirectory}/${backendPasswordFile}`,
  };
}
