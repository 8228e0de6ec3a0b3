import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringKey } from "../settings/services.ts";
import type { Platform } from "../workload/platform.ts";
import type { Workload } from "../workload/workload.ts";
import type { Database } from "./database.ts";

/** What Prometheus asks of a service. */
export interface Scrape {
  /** Name of its job. */
  job: string;
  /** Port on the stack's network. */
  port: number;
}

/** What a service is described by. */
export interface ServiceContext {
  platform: Platform;
  database: Database;
  /** What has figures for Prometheus, as `host:port` on the stack's network. */
  scraped: readonly { job: string; address: string }[];
}

/** Files that a service reads. */
export interface ServiceFiles {
  /** Ends the name of the resource, which stays for ever. */
  logicalName: "config" | "secrets";
  /** What they are for: names their volume. */
  purpose: string;
  /** The directory that they are in. */
  target: string;
  /** Path below it, and content. */
  files: Record<string, pulumi.Input<string>>;
  /** Digest of what isn't secret: with another one the service is made anew. Default: it reads them as they change. */
  version?: string;
}

/** A service of the monitoring: with its settings in `settings/services.ts` all that it takes. */
export interface MonitoringService {
  /** Its key in the settings. */
  key: MonitoringKey;
  /** Ends the names of its resources, which stay for ever: another name makes all of them anew. */
  logicalName: string;
  /** What messages call it. */
  called: string;
  /** Default: it has no figures of its own. */
  scrape?: Scrape;
  /** Where its data lie in the container. Default: it has none */
  dataTarget?: string;
  /** The port that the host answers on, where its settings name one, inside the container. */
  publishedPort?: number;
  /** Default: it reads none */
  files?: (context: ServiceContext) => ServiceFiles;
  /** What differs from every other service of the monitoring. */
  workload: (context: ServiceContext) => Pick<Workload, "health"> & Partial<Workload>;
}

/** The user that most images of the monitoring run as. */
export const nobody = 65534;

/** A health check by an image's own program that asks a URL. */
export function probe(url: string): string[] {
  return ["wget", "-q", "-O", "/dev/null", url];
}
