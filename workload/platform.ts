import type { Settings } from "../settings/index.ts";
import type { FoundFiles } from "./found-files.ts";
import type { FoundRoute } from "./found-route.ts";
import type { KnownImages } from "./known-images.ts";

/** A container of the stack as it runs before the update. */
export interface RunningContainer {
  /** The engine's id of its image. */
  image: string;
  labels: Readonly<Record<string, string>>;
  /** Names of the volumes that it mounts. */
  volumes: readonly string[];
}

/** What every part of the platform knows: its stack, its settings, and the images it may use. */
export interface Platform {
  /** The Pulumi stack, for example `prod`. */
  stack: string;
  /** The prefix of every name that must differ between the stacks of an engine: `webnet-<stack>`. */
  prefix: string;
  settings: Settings;
  /** What is known of the images before the update. */
  images: KnownImages;
  /**
   * Whether the edge counts on `tcp_migrate_req`: a kernel of 5.14 or newer hands on the connections of a closing
   * socket. An existing edge keeps what it was made with.
   */
  canMigrateConnections: boolean;
  /** The running containers by name. Default: unknown, as for the operator's commands. */
  running?: ReadonlyMap<string, RunningContainer>;
  /** What volumes note of the files in them, by the volume's name. Default: unknown, as for the operator's commands. */
  files?: ReadonlyMap<string, FoundFiles>;
  /** Digest of one's own certificate and its key, if the settings name their files. */
  certificate?: string;
  /** What is known of the gateway's route. Default: unknown, as for the operator's commands. */
  route?: FoundRoute;
}
