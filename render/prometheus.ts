import { stringify } from "yaml";

/** What Prometheus scrapes. Addresses are `host:port` on the stack's network. */
export interface PrometheusTargets {
  /** Time between two scrapes of a target, in seconds. */
  scrapeIntervalSeconds: number;
  /** Name of the stack; the label `stack` of everything that leaves this Prometheus. */
  stack: string;
  /** Colours that have a backend: each is a target `backend-<color>:8080` with the label `color`. */
  colors: readonly ("blue" | "green")[];
  mysqldExporterAddress: string;
  nginxExporterAddress: string;
  nodeExporterAddress: string;
}

/** Time between two evaluations of the rules, in seconds: alerts wait for minutes, so more often gains nothing. */
const evaluationIntervalSeconds = 30;

/** The text of `prometheus.yml`. */
export function renderPrometheus(targets: PrometheusTargets): string {
  const { scrapeIntervalSeconds, stack, colors } = targets;
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
      job("node", targets.nodeExporterAddress),
      job("nginx", targets.nginxExporterAddress),
      job("mysql", targets.mysqldExporterAddress),
      {
        job_name: "spring-backend-bluegreen",
        metrics_path: "/api/actuator/prometheus",
        static_configs: colors.map((color) => ({ targets: [`backend-${color}:8080`], labels: { color } })),
      },
    ],
  });
}

function job(name: string, address: string): object {
  return { job_name: name, static_configs: [{ targets: [address] }] };
}
