import { stringify } from "yaml";

/** What Prometheus scrapes. Addresses are `host:port` on the stack's network. */
export interface PrometheusTargets {
  /** Time between two scrapes of a target, in seconds. */
  scrapeIntervalSeconds: number;
  /** Name of the stack; the label `stack` of everything that this Prometheus sends out. */
  stack: string;
  /** Names of the backends on the network, each with its colour, which becomes the label `color`. */
  backendHosts: Readonly<Record<string, string>>;
  backendPort: number;
  /** The other services with metrics, each with the name of its job. */
  services: readonly { job: string; address: string }[];
}

/** Time between two evaluations of the rules, in seconds. Alerts wait for minutes, so a shorter time gains nothing. */
const evaluationIntervalSeconds = 30;

/** The text of `prometheus.yml`. */
export function renderPrometheus(targets: PrometheusTargets): string {
  const { scrapeIntervalSeconds, stack, backendHosts, backendPort } = targets;
  return stringify({
    global: {
      scrape_interval: `${scrapeIntervalSeconds}s`,
      // Prometheus refuses a timeout above the interval.
      scrape_timeout: `${Math.min(10, scrapeIntervalSeconds)}s`,
      evaluation_interval: `${evaluationIntervalSeconds}s`,
      external_labels: { stack },
    },
    scrape_configs: [
      job("prometheus", "localhost:9090"),
      ...targets.services.map(({ job: name, address }) => job(name, address)),
      {
        job_name: "spring-backend-bluegreen",
        metrics_path: "/api/actuator/prometheus",
        // Prometheus looks the names up at run time, so a switch or a tag change does not touch it. While two releases
        // of a colour run, they are two targets.
        dns_sd_configs: [
          {
            names: Object.keys(backendHosts),
            type: "A",
            port: backendPort,
            refresh_interval: `${scrapeIntervalSeconds}s`,
          },
        ],
        relabel_configs: Object.entries(backendHosts).map(([host, color]) => ({
          source_labels: ["__meta_dns_name"],
          regex: host,
          target_label: "color",
          replacement: color,
        })),
      },
    ],
  });
}

function job(name: string, address: string): object {
  return { job_name: name, static_configs: [{ targets: [address] }] };
}
