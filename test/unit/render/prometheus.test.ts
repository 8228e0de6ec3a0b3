import assert from "node:assert/strict";
import { parse } from "yaml";
import { jobAt, renderPrometheus, type ScrapeJob } from "../../../render/prometheus.ts";

function rendered(scrapeIntervalSeconds: number, jobs: readonly ScrapeJob[] = []) {
  return parse(renderPrometheus({ scrapeIntervalSeconds, stack: "local", jobs })) as {
    global: Record<string, unknown>;
    scrape_configs: unknown;
  };
}

describe("render/prometheus", () => {
  it("has the jobs as they are given, in their order", () => {
    const through: ScrapeJob = {
      job_name: "sites",
      metrics_path: "/probe",
      params: { module: ["http_2xx"] },
      static_configs: [{ targets: ["https://example.com"], labels: { kind: "site" } }],
      relabel_configs: [
        { source_labels: ["__address__"], target_label: "__param_target" },
        { target_label: "__address__", replacement: "prober:9115" },
      ],
    };
    assert.deepEqual(rendered(15, [jobAt("node", "node-exporter:9100"), through]).scrape_configs, [
      { job_name: "node", static_configs: [{ targets: ["node-exporter:9100"] }] },
      through,
    ]);
  });

  it("names the stack in all that is sent out", () => {
    assert.deepEqual(rendered(15).global["external_labels"], { stack: "local" });
  });

  it("never waits longer for a target than until the next scrape", () => {
    assert.equal(rendered(5).global["scrape_timeout"], "5s");
    assert.equal(rendered(60).global["scrape_timeout"], "10s");
  });
});
