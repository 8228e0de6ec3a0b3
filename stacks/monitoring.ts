import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../services/database.ts";
import { jobsOfServices, monitoringServices } from "../services/monitoring.ts";
import { releasesJob } from "../release/metrics.ts";
import { prometheus } from "../services/prometheus.ts";
import { runService } from "../services/run.ts";
import { urlHost } from "../settings/addresses.ts";
import type { Running } from "../workload/handles.ts";
import type { Platform } from "../workload/platform.ts";

/** What {@link Monitoring} needs to know. */
export interface MonitoringArgs {
  platform: Platform;
  network: pulumi.Input<string>;
  database: Database;
}

/**
 * Prometheus and its exporters. Nothing that serves depends on it, and it comes after everything that serves: a failure
 * here fails the update, but undoes nothing.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Prometheus's address on its host. */
  readonly prometheusUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:stacks:Monitoring", name, {}, options);
    const { platform, database, network } = args;
    const releases = releasesJob(platform);
    const jobs = [...jobsOfServices(platform), ...(releases === undefined ? [] : [releases])];
    const context = { platform, database, jobs };
    const running = new Map<unknown, Running>(
      monitoringServices.map((service) => [
        service,
        runService(`${name}-${service.logicalName}`, service, context, network, this),
      ]),
    );
    const { bindAddress, prometheusPort } = platform.settings.monitoring;
    this.prometheusUrl = pulumi
      .output(running.get(prometheus)?.id)
      .apply(() => `http://${urlHost(bindAddress)}:${prometheusPort}`);
    this.registerOutputs({ prometheusUrl: this.prometheusUrl });
  }
}
