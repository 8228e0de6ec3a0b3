import type { Settings } from "../settings/index.ts";
import type { KnownImages } from "./known-images.ts";

/** A container of the stack as it runs before the update. */
export interface RunningContainer {
  /** The engine's id of its image. */
  image: string;
  labels: Readonly<Record<string, string>>;
  /** Names of the volumes that it mounts. */
  volumes: readonly string[];
}

/** What every part of the platform is told: whose it is, how it is configured, which images it may take. */
export interface Platform {
  /** The Pulumi stack, for example `prod`. */
  stack: string;
  /** Begins every name that the engine must keep apart between stacks: `webnet-<stack>`. */
  prefix: string;
  settings: Settings;
  /** What is known of the images before the update. */
  images: KnownImages;
  /** Whether the host's kernel (5.14 or newer) hands connections on from a socket that closes (`tcp_migrate_req`). */
  canMigrateConnections: boolean;
  /** What runs, by container name. Default: nothing is known of it, as to the operator's commands. */
  running?: ReadonlyMap<string, RunningContainer>;
}

/** Labels on all that we make, so that it can be told from what isn't ours. */
export function platformLabels(platform: Pick<Platform, "stack">, role: string): Record<string, string> {
  return { "webnet.stack": platform.stack, "webnet.role": role };
}

/** The same labels in the form that the Docker provider wants. */
export function labelList(labels: Record<string, string>): { label: string; value: string }[] {
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}
