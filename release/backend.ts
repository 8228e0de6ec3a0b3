import { databaseAddress, jdbcUrl } from "../services/database.ts";
import { backendPort } from "../render/nginx.ts";
import { backendAlias, backendHostPrefix, filesVolumeName, servingVolumeName } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import type { Mount, Workload } from "../workload/workload.ts";
import type { Color } from "../settings/index.ts";
import { readinessCheck } from "./readiness.ts";
import { servingDirectory, servingEnvironment } from "./serving.ts";

const secretsDirectory = "/run/secrets";
/** The user that a backend runs as, who must be able to read its secrets. */
export const backendUid = 10001;

/** Of the JVM, which would otherwise take a quarter of the memory limit and go on half dead without any. */
const javaOptions = "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError";

/** What the files with the backends' secrets are for; names their volume. */
export const backendSecrets = "backend-secrets";

function mounts({ prefix }: Platform): Mount[] {
  const [secrets, serving] = [filesVolumeName(prefix, backendSecrets), servingVolumeName(prefix)];
  return [
    // Holds the database password as a file of the tree that Spring reads its configuration from.
    { kind: "volume", source: secrets, target: secretsDirectory, readOnly: true },
    // Tells which release serves, see `serving.ts`.
    { kind: "volume", source: serving, target: servingDirectory, readOnly: true },
  ];
}

/** How a colour's backend is run. Its release's id is empty while that is still to be made of all this. */
export function backendWorkload(
  platform: Platform,
  { color, tag, id }: { color: Color; tag: string; id: string },
): Workload {
  const { backend } = platform.settings;
  return {
    name: `${backendHostPrefix(platform.prefix)}${id}`,
    // By these a backend's container is found.
    labels: { "webnet.color": color, "webnet.release": id },
    mounts: mounts(platform),
    aliases: [backendAlias(platform.prefix, color)],
    role: "backend",
    user: `${backendUid}:${backendUid}`,
    environment: { ...backendEnvironment(platform, color, tag), ...servingEnvironment(id) },
    // Java's libraries unpack native code there, and the JVM maps it: compression, TLS, JNA.
    memory: { "/tmp": { megabytes: backend.tmpMegabytes, executable: true } },
    health: {
      command: readinessCheck(backend.health.timeoutSeconds),
      timing: backend.health,
    },
    limits: backend.limits,
    stop: { signal: "SIGTERM", graceSeconds: backend.stopSeconds },
  };
}

/**
 * A backend's environment. What stands before the settings' own is a default that they replace, or add to in the case of
 * the JVM's options; what stands behind is the contract, whose names the settings refuse.
 */
function backendEnvironment(platform: Platform, color: Color, tag: string): Record<string, string> {
  const { backend } = platform.settings;
  const database = databaseAddress(platform);
  const { JAVA_TOOL_OPTIONS: addedOptions = "", ...environment } = backend.environment;
  return {
    // The JVM goes by the last of two that say different things.
    JAVA_TOOL_OPTIONS: `${javaOptions} ${addedOptions}`.trim(),
    // Spring Boot before 3.4 does not finish running requests unless it is told to.
    SERVER_SHUTDOWN: "graceful",
    // Spring Boot has the readiness by itself on Kubernetes only.
    MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED: "true",
    ...environment,
    SERVER_PORT: String(backendPort),
    SPRING_DATASOURCE_URL: jdbcUrl(database, backend.jdbcParameters),
    SPRING_DATASOURCE_USERNAME: database.user,
    // The password is a file of this tree, named like the property that it sets.
    SPRING_CONFIG_IMPORT: `optional:configtree:${secretsDirectory}/`,
    APP_COLOR: color,
    APP_VERSION: tag,
  };
}
