import * as pulumi from "@pulumi/pulumi";
import { monitoringClient } from "./infrastructure.ts";
import { hostView } from "./node-exporter.ts";
import { gatewayPorts } from "../gateway/layout.ts";
import { backendPort } from "../render/nginx.ts";
import { renderPrometheus } from "../render/prometheus.ts";
import { urlHost } from "../settings/addresses.ts";
import type { Limits } from "../settings/index.ts";
import { colorNames } from "../settings/schema/application.ts";
import { digestOf } from "../workload/digest.ts";
import { gateCommand } from "../workload/gate.ts";
import type { Running } from "../workload/handles.ts";
import {
  backendAlias,
  gatewayHost,
  mysqlHost,
  prometheusContainerName,
  serviceName,
} from "../workload/names.ts";
import { runOnDocker } from "../workload/on-docker/container.ts";
import { Files } from "../workload/on-docker/files.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import { dataVolume } from "../workload/on-docker/volume.ts";
import type { Platform } from "../workload/platform.ts";
import { serviceHealth, type Workload } from "../workload/workload.ts";

/** What {@link Monitoring} needs to know. */
export interface MonitoringArgs {
  platform: Platform;
  network: pulumi.Input<string>;
  /** Password of MySQL's account `monitoring`. */
  monitoringPassword: pulumi.Output<string>;
}

const nobody = 65534;
const ports = { prometheus: 9090, nodeExporter: 9100, nginxExporter: 9113, mysqldExporter: 9104 };
const upWithinSeconds = 60;
const meanwhile = "All that serves was brought up to date before, and serves.";
const stop = { signal: "SIGTERM", graceSeconds: 15 };

/**
 * Prometheus and its exporters. Nothing that serves depends on it, and it comes after all that serves: a failure here is
 * the update's, and undoes nothing.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Where Prometheus answers on its host. */
  readonly prometheusUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:stacks:Monitoring", name, {}, options);
    this.exporter(`${name}-node`, args, nodeExporter(args.platform));
    this.exporter(`${name}-nginx`, args, nginxExporter(args.platform));
    this.mysqldExporter(`${name}-mysql`, args);
    this.prometheusUrl = this.prometheus(`${name}-prometheus`, args);
    this.registerOutputs({ prometheusUrl: this.prometheusUrl });
  }

  private prometheus(name: string, args: MonitoringArgs): pulumi.Output<string> {
    const { platform } = args;
    const { monitoring, images } = platform.settings;
    const configuration = renderPrometheus({
      scrapeIntervalSeconds: monitoring.scrapeIntervalSeconds,
      stack: platform.stack,
      backendHosts: Object.fromEntries(
        colorNames.map((color) => [backendAlias(platform.prefix, color), color]),
      ),
      backendPort,
      nodeExporterAddress: `${serviceName(platform.prefix, "node-exporter")}:${ports.nodeExporter}`,
      nginxExporterAddress: `${serviceName(platform.prefix, "nginx-exporter")}:${ports.nginxExporter}`,
      mysqldExporterAddress: `${serviceName(platform.prefix, "mysqld-exporter")}:${ports.mysqldExporter}`,
    });
    const version = digestOf(configuration);
    const image = engineImage(`${name}-image`, platform, images.prometheus, { parent: this });
    const data = dataVolume(
      `${name}-data`,
      platform,
      { role: "prometheus-data", setting: monitoring.dataVolume },
      this,
    );
    const owned = new Files(
      `${name}-config`,
      {
        platform,
        purpose: "prometheus",
        version,
        image,
        uid: nobody,
        files: { "prometheus.yml": configuration },
      },
      { parent: this },
    );
    const container = runOnDocker(
      name,
      platform,
      {
        name: prometheusContainerName(platform.prefix),
        aliases: [],
        role: "prometheus",
        labels: {
          "webnet.config": version,
          // As for MySQL: the provider overlooks that a mount has another volume.
          "webnet.data-volume": data.name,
        },
        user: `${nobody}:${nobody}`,
        command: [
          "--config.file=/etc/prometheus/prometheus.yml",
          "--storage.tsdb.path=/prometheus",
          `--storage.tsdb.retention.time=${monitoring.retentionDays}d`,
          `--storage.tsdb.retention.size=${monitoring.retentionSizeGigabytes}GB`,
        ],
        mounts: [
          owned.mount("/etc/prometheus"),
          { kind: "volume", source: data.name, target: "/prometheus", readOnly: false },
        ],
        memory: { "/tmp": { megabytes: 64 } },
        ports: [
          {
            internal: ports.prometheus,
            external: monitoring.prometheusPort,
            address: monitoring.bindAddress,
          },
        ],
        health: { command: probe(`http://127.0.0.1:${ports.prometheus}/-/healthy`), timing: serviceHealth },
        limits: monitoring.limits.prometheus,
        // It writes what it holds in memory to disk.
        stop: { ...stop, graceSeconds: 60 },
        trial: { passes: "healthy" },
      },
      { image, network: args.network, volumes: [data, owned] },
      { parent: this },
    );
    this.gate(name, platform, "Prometheus", container);
    return container.id.apply(() => `http://${urlHost(monitoring.bindAddress)}:${monitoring.prometheusPort}`);
  }

  private mysqldExporter(name: string, args: MonitoringArgs): void {
    const { platform } = args;
    const image = engineImage(`${name}-image`, platform, platform.settings.images.mysqldExporter, {
      parent: this,
    });
    const secrets = new Files(
      `${name}-secrets`,
      {
        platform,
        purpose: "mysqld-exporter",
        image,
        uid: nobody,
        files: { "client.cnf": monitoringClient(args.monitoringPassword, mysqlHost(platform.prefix)) },
      },
      { parent: this },
    );
    const description = exporterWorkload(
      platform,
      "mysqld-exporter",
      platform.settings.monitoring.limits.mysqldExporter,
    );
    const container = runOnDocker(
      name,
      platform,
      {
        ...description,
        command: ["--config.my-cnf=/run/secrets/client.cnf"],
        mounts: [secrets.mount("/run/secrets")],
        health: { command: probe(`http://127.0.0.1:${ports.mysqldExporter}/`), timing: serviceHealth },
      },
      { image, network: args.network, volumes: [secrets] },
      { parent: this },
    );
    this.gate(name, platform, "mysqld-exporter", container);
  }

  private exporter(name: string, args: MonitoringArgs, exporter: Exporter): void {
    const image = engineImage(`${name}-image`, args.platform, exporter.reference, { parent: this });
    const container = runOnDocker(
      name,
      args.platform,
      exporter.workload,
      { image, network: args.network, volumes: [] },
      { parent: this },
    );
    this.gate(name, args.platform, exporter.workload.role, container);
  }

  private gate(name: string, platform: Platform, subject: string, container: Running): void {
    gateCommand(
      `${name}-gate`,
      platform,
      { subject, container, timeoutSeconds: upWithinSeconds, meanwhile, asks: "container" },
      { parent: this },
    );
  }
}

interface Exporter {
  reference: string;
  workload: Workload;
}

function nodeExporter(platform: Platform): Exporter {
  const { images, monitoring } = platform.settings;
  return {
    reference: images.nodeExporter,
    workload: {
      ...exporterWorkload(platform, "node-exporter", monitoring.limits.nodeExporter),
      ...hostView(),
      health: { command: probe(`http://127.0.0.1:${ports.nodeExporter}/`), timing: serviceHealth },
    },
  };
}

function nginxExporter(platform: Platform): Exporter {
  const { images, monitoring } = platform.settings;
  return {
    reference: images.nginxExporter,
    workload: {
      ...exporterWorkload(platform, "nginx-exporter", monitoring.limits.nginxExporter),
      command: [
        `--nginx.scrape-uri=http://${gatewayHost(platform.prefix)}:${gatewayPorts.internal}/nginx_status`,
      ],
      // The upstream image holds this one program: nothing in it could ask a URL.
      health: { command: ["/usr/bin/nginx-prometheus-exporter", "--version"], timing: serviceHealth },
    },
  };
}

function exporterWorkload(
  platform: Platform,
  service: string,
  limits: Limits,
): Pick<Workload, "name" | "aliases" | "role" | "user" | "mounts" | "limits" | "stop" | "trial"> {
  return {
    name: serviceName(platform.prefix, service),
    aliases: [],
    role: service,
    user: `${nobody}:${nobody}`,
    mounts: [],
    limits,
    stop,
    trial: { passes: "healthy" },
  };
}

function probe(url: string): string[] {
  return ["wget", "-q", "-O", "/dev/null", url];
}
