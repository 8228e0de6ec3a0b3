import type * as pulumi from "@pulumi/pulumi";
import { backendPort } from "../render/nginx.ts";
import { tmpfs } from "../workload/container.ts";
import type { Platform } from "../workload/platform.ts";
import type { Mount, Workload } from "../workload/workload.ts";
import type { Color } from "../settings/index.ts";

const secretsDirectory = "/run/secrets";
/** The user that a backend runs as, who must be able to read its secrets. */
export const backendUid = 10001;

const readiness = `http://127.0.0.1:${backendPort}/api/actuator/health/readiness`;

/** DNS name of every release of a colour, of which two run while the one supersedes the other. */
export function backendAlias(color: Color): string {
  return `backend-${color}`;
}

/** The database password as a file of the tree that Spring reads its configuration from. */
export function backendMounts(secretsVolume: pulumi.Input<string>): Mount[] {
  return [{ kind: "volume", source: secretsVolume, target: secretsDirectory, readOnly: true }];
}

/** Labels by which a backend's container is found. */
export function backendLabels(color: Color, release: string): Record<string, string> {
  return { "webnet.color": color, "webnet.release": release };
}

/** How a colour's backend is run; which release it is doesn't matter here, since that follows from this. */
export function backendWorkload(
  platform: Platform,
  color: Color,
  tag: string,
): Omit<Workload, "name" | "image" | "labels" | "mounts"> {
  const { backend, mysql } = platform.settings;
  return {
    aliases: [backendAlias(color)],
    role: "backend",
    user: `${backendUid}:${backendUid}`,
    environment: {
      JAVA_TOOL_OPTIONS: "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError",
      // Spring Boot before 3.4 does not finish running requests unless it is told to.
      SERVER_SHUTDOWN: "graceful",
      ...backend.environment,
      SERVER_PORT: String(backendPort),
      SPRING_DATASOURCE_URL: `jdbc:mysql://mysql:3306/${mysql.database}`,
      SPRING_DATASOURCE_USERNAME: mysql.user,
      // The password is a file of this tree, named like the property that it sets.
      SPRING_CONFIG_IMPORT: `optional:configtree:${secretsDirectory}/`,
      APP_COLOR: color,
      APP_VERSION: tag,
    },
    tmpfs: { "/tmp": tmpfs(64) },
    health: {
      // Base images come with the one or the other.
      command: [
        "sh",
        "-c",
        `if command -v wget; then wget -q -O - ${readiness}; else curl -fsS ${readiness}; fi`,
      ],
      timing: backend.health,
    },
    limits: backend.limits,
    stop: { signal: "SIGTERM", graceSeconds: backend.stopSeconds },
  };
}
