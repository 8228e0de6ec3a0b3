import assert from "node:assert/strict";
import { parse } from "yaml";
import { renderPrometheus, type PrometheusTargets } from "../../../render/prometheus.ts";

interface Job {
  job_name: string;
  metrics_path?: string;
  static_configs: { targets: string[]; labels?: Record<string, string> }[];
}

interface Config {
  global: Record<string, unknown>;
  scrape_configs: Job[];
}

const targets: PrometheusTargets = {
  scrapeIntervalSeconds: 15,
  stack: "local",
  colors: ["blue", "green"],
  mysqldExporterAddress: "mysqld-exporter:9104",
  nginxExporterAddress: "nginx-exporter:9113",
  nodeExporterAddress: "node-exporter:9100",
};

function rendered(change: Partial<PrometheusTargets> = {}): Config {
  return parse(renderPrometheus({ ...targets, ...change })) as Config;
}

describe("render/prometheus", () => {
  it("scrapes every part under the name that operators know", () => {
    const addresses = rendered().scrape_configs.map((job) => [
      job.job_name,
      job.static_configs.flatMap((config) => config.targets),
    ]);
    assert.deepEqual(Object.fromEntries(addresses), {
      prometheus: ["localhost:9090"],
      node: ["node-exporter:9100"],
      nginx: ["nginx-exporter:9113"],
      mysql: ["mysqld-exporter:9104"],
      "spring-backend-bluegreen": ["backend-blue:8080", "backend-green:8080"],
    });
  });

  it("labels each backend with its colour", () => {
    const job = rendered().scrape_configs.find(({ job_name }) => job_name === "spring-backend-bluegreen");
    assert.equal(job?.metrics_path, "/api/actuator/prometheus");
    assert.deepEqual(job.static_configs, [
      { targets: ["backend-blue:8080"], labels: { color: "blue" } },
      { targets: ["backend-green:8080"], labels: { color: "green" } },
    ]);
  });

  it("has no target for a colour that is not there", () => {
    const text = renderPrometheus({ ...targets, colors: ["green"] });
    assert.doesNotMatch(text, /blue:8080/);
    assert.match(text, /green:8080/);
  });

  it("never waits longer for a target than until the next scrape", () => {
    assert.equal(rendered({ scrapeIntervalSeconds: 5 }).global["scrape_timeout"], "5s");
    assert.equal(rendered({ scrapeIntervalSeconds: 60 }).global["scrape_timeout"], "10s");
  });
});
