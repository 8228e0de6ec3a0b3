import { stringify } from "yaml";

/** A rule by which Prometheus makes a target's labels, with Prometheus' own names. */
export interface RelabelRule {
  source_labels?: readonly string[];
  regex?: string;
  target_label: string;
  replacement?: string;
}

/** A job as `prometheus.yml` has it, with Prometheus' own names. Addresses are `host:port` on the stack's network. */
export interface ScrapeJob {
  job_name: string;
  /** Default: `/metrics` */
  metrics_path?: string;
  /** Parameters of the request. */
  params?: Readonly<Record<string, readonly string[]>>;
  static_configs?: readonly { targets: readonly string[]; labels?: Readonly<Record<string, string>> }[];
  /** Prometheus looks these names up as it runs. */
  dns_sd_configs?: readonly { names: readonly string[]; type: "A"; port: number; refresh_interval: string }[];
  relabel_configs?: readonly RelabelRule[];
}

/** What Prometheus' configuration says. */
export interface PrometheusConfiguration {
  /** Time between two scrapes of a target, in seconds. */
  scrapeIntervalSeconds: number;
  /** Name of the stack; the label `stack` of everything that this Prometheus sends out. */
  stack: string;
  jobs: readonly ScrapeJob[];
}

/** Time between two evaluations of the rules, in seconds. Alerts wait for minutes, so a shorter time gains nothing. */
const evaluationIntervalSeconds = 30;

/** The text of `prometheus.yml`. */
export function renderPrometheus({ scrapeIntervalSeconds, stack, jobs }: PrometheusConfiguration): string {
  return stringify({
    global: {
      scrape_interval: `${scrapeIntervalSeconds}s`,
      // Prometheus refuses a timeout above the interval.
      scrape_timeout: `${Math.min(10, scrapeIntervalSeconds)}s`,
      evaluation_interval: `${evaluationIntervalSeconds}s`,
      external_labels: { stack },
    },
    scrape_configs: jobs,
  });
}

/** A job that scrapes one address. */
export function jobAt(name: string, address: string): ScrapeJob {
  return { job_name: name, static_configs: [{ targets: [address] }] };
}
