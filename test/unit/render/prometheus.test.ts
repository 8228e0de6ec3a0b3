import assert from "node:assert/strict";
import { parse } from "yaml";
import { renderPrometheus, type PrometheusTargets } from "../../../render/prometheus.ts";

interface Job {
  job_name: string;
  metrics_path?: string;
  static_configs?: { targets: string[] }[];
  dns_sd_configs?: { names: string[]; type: string; port: number }[];
  relabel_configs?: { source_labels: string[]; regex: string; target_label: string; replacement: string }[];
}

interface Config {
  global: Record<string, unknown>;
  scrape_configs: Job[];
}

const targets: PrometheusTargets = {
  scrapeIntervalSeconds: 15,
  stack: "local",
  backendHosts: { "backend-blue": "blue", "backend-green": "green" },
  backendPort: 8080,
  services: [
    { job: "node", address: "node-exporter:9100" },
    { job: "mysql", address: "mysqld-exporter:9104" },
  ],
};

function rendered(change: Partial<PrometheusTargets> = {}): Config {
  return parse(renderPrometheus({ ...targets, ...change })) as Config;
}

describe("render/prometheus", () => {
  it("scrapes every part under the name that operators know", () => {
    const addresses = rendered().scrape_configs.map((job) => [
      job.job_name,
      job.static_configs?.flatMap((config) => config.targets) ??
        job.dns_sd_configs?.flatMap(({ names }) => names),
    ]);
    assert.deepEqual(Object.fromEntries(addresses), {
      prometheus: ["localhost:9090"],
      node: ["node-exporter:9100"],
      mysql: ["mysqld-exporter:9104"],
      "spring-backend-bluegreen": ["backend-blue", "backend-green"],
    });
  });

  it("looks the backends up while it runs, and labels each with its colour", () => {
    const job = rendered().scrape_configs.find(({ job_name }) => job_name === "spring-backend-bluegreen");
    assert.equal(job?.metrics_path, "/api/actuator/prometheus");
    const [lookup] = job.dns_sd_configs ?? [];
    assert.deepEqual([lookup?.type, lookup?.port], ["A", 8080]);
    const labels = job.relabel_configs?.map(({ source_labels, regex, target_label, replacement }) => [
      ...source_labels,
      regex,
      target_label,
      replacement,
    ]);
    assert.deepEqual(labels, [
      ["__meta_dns_name", "backend-blue", "color", "blue"],
      ["__meta_dns_name", "backend-green", "color", "green"],
    ]);
  });

  it("never waits longer for a target than until the next scrape", () => {
    assert.equal(rendered({ scrapeIntervalSeconds: 5 }).global["scrape_timeout"], "5s");
    assert.equal(rendered({ scrapeIntervalSeconds: 60 }).global["scrape_timeout"], "10s");
  });
});
