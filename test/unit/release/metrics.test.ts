import assert from "node:assert/strict";
import { releasesJob } from "../../../release/metrics.ts";
import { platformWith } from "../support/platform.ts";

describe("the job that scrapes the releases", () => {
  it("has the name that operators know, and looks the backends up as Prometheus runs", () => {
    const { relabel_configs: rules, ...job } =
      releasesJob(platformWith({ "monitoring.scrapeIntervalSeconds": 20 })) ?? {};
    assert.deepEqual(job, {
      job_name: "spring-backend-bluegreen",
      metrics_path: "/api/actuator/prometheus",
      dns_sd_configs: [
        {
          names: ["webnet-prod-backend-blue", "webnet-prod-backend-green"],
          type: "A",
          port: 8080,
          refresh_interval: "20s",
        },
      ],
    });
    assert.deepEqual(rules, [
      {
        source_labels: ["__meta_dns_name"],
        regex: "webnet-prod-backend-blue",
        target_label: "color",
        replacement: "blue",
      },
      {
        source_labels: ["__meta_dns_name"],
        regex: "webnet-prod-backend-green",
        target_label: "color",
        replacement: "green",
      },
    ]);
  });

  it("asks a backend alone at its own path, and no colour that has none", () => {
    const job = releasesJob(platformWith({ "colors.green.frontendTag": "none" }));
    assert.equal(job?.metrics_path, "/api/actuator/prometheus");
    assert.deepEqual(job.relabel_configs?.at(-1), {
      source_labels: ["__meta_dns_name"],
      regex: "webnet-prod-backend-green",
      target_label: "__metrics_path__",
      replacement: "/actuator/prometheus",
    });
    const one = releasesJob(platformWith({ "colors.green.backendTag": "none" }));
    assert.deepEqual(one?.dns_sd_configs?.[0]?.names, ["webnet-prod-backend-blue"]);
    const none = {
      "colors.blue.backendTag": "none",
      "colors.green": { backendTag: "none", frontendTag: "v2" },
    };
    assert.equal(releasesJob(platformWith(none)), undefined);
  });

  it("asks a backend of another kind where the settings say, or not at all", () => {
    const plain = { "backend.kind": "plain", "backend.port": 3000 };
    assert.equal(releasesJob(platformWith(plain)), undefined);
    assert.equal(releasesJob(platformWith({ "backend.metricsPath": "none" })), undefined);
    const job = releasesJob(platformWith({ ...plain, "backend.metricsPath": "/metrics" }));
    assert.deepEqual(
      [job?.job_name, job?.metrics_path, job?.dns_sd_configs?.[0]?.port],
      ["backend-bluegreen", "/metrics", 3000],
    );
  });
});
