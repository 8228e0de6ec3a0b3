import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { jobsOfServices } from "../../../services/monitoring.ts";
import { platformWith } from "../support/platform.ts";

describe("the monitoring's services", () => {
  it("are scraped under the names that operators know", () => {
    const jobs = jobsOfServices(platformWith()).map(({ job_name, static_configs }) => [
      job_name,
      static_configs?.flatMap(({ targets }) => targets),
    ]);
    const known = [
      ["node", ["webnet-prod-node-exporter:9100"]],
      ["nginx", ["webnet-prod-nginx-exporter:9113"]],
      ["mysql", ["webnet-prod-mysqld-exporter:9104"]],
    ];
    for (const job of known)
      assert.ok(
        jobs.some((one) => isDeepStrictEqual(one, job)),
        String(job),
      );
  });
});
