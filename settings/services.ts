import { because, limitsBecause, type LimitsDefaults } from "./default.ts";
import { valueAt } from "./shape.ts";

/** Where the settings name a port of the host and the address that it is published on. No value: not published. */
export interface PublishedFacts {
  port: readonly string[];
  address: readonly string[];
}

/** What the settings and the preflight need to know of something that runs. The rest is in its own folder. */
export interface ServiceFacts {
  /** The label `webnet.role`, and the end of its container's name. */
  role: string;
  /** Where its limits stand in the stack config. */
  limits: readonly string[];
  /** Where its published ports stand, each with its address. Default: none */
  published?: readonly PublishedFacts[];
  /** Roles of the containers that may publish the ports. Default: its own */
  publishers?: readonly string[];
  /** Where the name of its volume stands, and how the default name ends. Default: it has no data */
  data?: { path: readonly string[]; role: string };
  /** The setting, and its value, without which it doesn't run. Default: it always runs */
  onlyWith?: { path: readonly string[]; value: string };
}

/** A service of the monitoring. Its image and its limits are settings, as for every other one. */
export interface MonitoringFacts extends Omit<ServiceFacts, "limits"> {
  /** Its images by catalogue. */
  images: { upstream: string; local: string };
  /** For the reference: what the image is of, and what has the limits. */
  words: { image: string; limits: string };
  /** The least memory that it starts with, in megabytes. */
  leastMegabytes: number;
  defaults: LimitsDefaults;
}

const someCpu = because(0.25, "a scrape takes milliseconds; an exporter must not disturb what it watches");
const exporter = {
  leastMegabytes: 16,
  defaults: limitsBecause(64, "exporters were measured at 4 to 24 MB", someCpu),
};

/** The services of the monitoring, each by its key in `images` and `monitoring.limits`. A new one starts here. */
export const monitoringFacts = {
  prometheus: {
    role: "prometheus",
    images: { upstream: "prom/prometheus:v3.5.0", local: "webnet.local/prometheus:2.53" },
    words: { image: "Prometheus", limits: "Prometheus" },
    leastMegabytes: 64,
    defaults: limitsBecause(512, "some 30 MB at rest; queries over many days take the rest"),
    published: [{ port: ["monitoring", "prometheusPort"], address: ["monitoring", "bindAddress"] }],
    data: { path: ["monitoring", "dataVolume"], role: "prometheus-data" },
  },
  nodeExporter: {
    role: "node-exporter",
    images: { upstream: "prom/node-exporter:v1.9.1", local: "webnet.local/node-exporter:1.9" },
    words: { image: "the exporter of the host's figures", limits: "the host's exporter" },
    ...exporter,
  },
  nginxExporter: {
    role: "nginx-exporter",
    images: {
      upstream: "nginx/nginx-prometheus-exporter:1.4.2",
      local: "webnet.local/nginx-exporter:1.4",
    },
    words: { image: "the exporter of the gateway's figures", limits: "the gateway's exporter" },
    ...exporter,
  },
  mysqldExporter: {
    role: "mysqld-exporter",
    images: { upstream: "prom/mysqld-exporter:v0.17.2", local: "webnet.local/mysqld-exporter:0.17" },
    words: { image: "the exporter of MySQL's figures", limits: "MySQL's exporter" },
    ...exporter,
  },
} as const satisfies Record<string, MonitoringFacts>;

/** The key of a service of the monitoring. */
export type MonitoringKey = keyof typeof monitoringFacts;

/** The role of what holds the gateway's network and its ports. */
export const edgeRole = "edge";

/** The gateway. Its ports belong to the edge; http's belonged to nginx itself before there was an edge. */
export const gatewayFacts = {
  role: "gateway",
  limits: ["gateway", "limits"],
  published: [
    { port: ["gateway", "httpPort"], address: ["gateway", "bindAddress"] },
    { port: ["gateway", "tls", "httpsPort"], address: ["gateway", "bindAddress"] },
  ],
  publishers: [edgeRole, "gateway"] as readonly string[],
} as const satisfies ServiceFacts;

/** The service of a release: a container for each release. */
export const releaseFacts = {
  role: "backend",
  limits: ["backend", "limits"],
} as const satisfies ServiceFacts;

/** MySQL, which has settings of its own. */
export const mysqlFacts = {
  role: "mysql",
  limits: ["mysql", "limits"],
  published: [{ port: ["mysql", "port"], address: ["mysql", "bindAddress"] }],
  data: { path: ["mysql", "dataVolume"], role: "mysql-data" },
} as const satisfies ServiceFacts;

/** What gets the gateway's certificates by ACME. */
export const certbotFacts = {
  role: "certbot",
  limits: ["gateway", "tls", "acme", "limits"],
  data: { path: ["gateway", "tls", "acme", "dataVolume"], role: "certificates" },
  onlyWith: { path: ["gateway", "tls", "certificate"], value: "acme" },
} as const satisfies ServiceFacts;

/** Every service that runs once. */
export const serviceFacts: readonly ServiceFacts[] = [
  mysqlFacts,
  certbotFacts,
  ...Object.entries(monitoringFacts).map(([key, facts]) => ({
    ...facts,
    limits: ["monitoring", "limits", key],
  })),
];

/** All that runs: the gateway, the releases, and every service that runs once. */
export const runningFacts: readonly ServiceFacts[] = [gatewayFacts, releaseFacts, ...serviceFacts];

/** Those that run with these settings. */
export function runsWith(settings: unknown): (facts: ServiceFacts) => boolean {
  return ({ onlyWith }) => onlyWith === undefined || valueAt(settings, onlyWith.path) === onlyWith.value;
}

/** Picks something of each service of the monitoring, by its key. */
export function ofMonitoring<T>(pick: (facts: MonitoringFacts) => T): Record<MonitoringKey, T> {
  return Object.fromEntries(
    Object.entries(monitoringFacts).map(([key, facts]) => [key, pick(facts)]),
  ) as Record<MonitoringKey, T>;
}
