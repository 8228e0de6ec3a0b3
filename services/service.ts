import type * as pulumi from "@pulumi/pulumi";
import type { OnChange } from "../contract/files.ts";
import type { MonitoringKey } from "../settings/services.ts";
import type { ScrapeJob } from "../render/prometheus.ts";
import type { Platform } from "../workload/platform.ts";
import type { Workload } from "../workload/workload.ts";
import type { Database } from "./database.ts";

/** What a service's description may use. */
export interface ServiceContext {
  platform: Platform;
  database: Database;
  /** What Prometheus scrapes, apart from itself. */
  jobs: readonly ScrapeJob[];
}

/** What a service's jobs may use. */
export interface Scraped {
  platform: Platform;
  /** The service's own name on the stack's network. */
  host: string;
}

/** Files that a service reads. */
export interface ServiceFiles {
  /** End of the resource's name. Never change it. */
  logicalName: "config" | "secrets";
  /** Purpose of the files: names their volume. */
  purpose: string;
  /** The directory of the files in the container. */
  target: string;
  /** Content of each file, by its path below that directory. */
  files: Record<string, pulumi.Input<string>>;
  /**
   * Digest of the files, which are no secret. For a service with {@link MonitoringService.onChange}, whose own volume
   * notes it.
   */
  digest?: string;
}

/** A service of the monitoring. The rest of it are its facts in `settings/services.ts`. */
export interface MonitoringService {
  /** Its key in the settings. */
  key: MonitoringKey;
  /** End of its resources' names. Never change it: another name replaces them all. */
  logicalName: string;
  /** Its name in messages. */
  called: string;
  /** The jobs by which Prometheus scrapes it, or others through it. Default: it has no metrics */
  jobs?: (scraped: Scraped) => readonly ScrapeJob[];
  /** The user that it runs as and whose its files are. Default: {@link nobody} */
  uid?: number;
  /** Where its data are in the container. It needs `data` in its facts, and the setting there. Default: it has none */
  dataTarget?: string;
  /** The port in it that the host publishes. It needs `published` in its facts, and the settings there. Default: none */
  publishedPort?: number;
  /** Default: it has no files */
  files?: (context: ServiceContext) => ServiceFiles;
  /** What it is asked and told when its files change. Default: nothing, it reads changed files itself */
  onChange?: OnChange;
  /** What differs from the other monitoring services. */
  workload: (
    context: Pick<ServiceContext, "platform">,
  ) => Pick<Workload, "health"> & Partial<Omit<Workload, "user">>;
}

/** The user of most monitoring images. */
export const nobody = 65534;

/** A health check that requests a URL with the image's own `wget`. */
export function probe(url: string): string[] {
  return ["wget", "-q", "-O", "/dev/null", url];
}
