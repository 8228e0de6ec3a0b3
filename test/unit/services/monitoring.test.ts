import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { jobsOfServices, monitoringServices } from "../../../services/monitoring.ts";
import { settingsSchema } from "../../../settings/schema/settings.ts";
import { monitoringFacts, runningFacts, type MonitoringFacts } from "../../../settings/services.ts";
import { leaves } from "../../../settings/shape.ts";
import { platformWith } from "../support/platform.ts";

describe("the monitoring's services", () => {
  it("are those of the settings, with a port and data on both sides or on neither", () => {
    assert.deepEqual(monitoringServices.map(({ key }) => key).sort(), Object.keys(monitoringFacts).sort());
    for (const { key, publishedPort, dataTarget } of monitoringServices) {
      const { published, data }: MonitoringFacts = monitoringFacts[key];
      assert.equal(publishedPort === undefined, published === undefined, key);
      assert.equal(dataTarget === undefined, data === undefined, key);
    }
  });

  it("name settings that there are", () => {
    const known = [...leaves(settingsSchema)].map(([path]) => path.join("."));
    for (const { role, limits, published = [], data } of runningFacts) {
      const ports = published.flatMap(({ port, address }) => [port, address]);
      const named = [...ports, data?.path].flatMap((path) => path?.join(".") ?? []);
      for (const path of named) assert.ok(known.includes(path), `${role}: ${path}`);
      assert.ok(known.includes([...limits, "memoryMegabytes"].join(".")), `${role}: ${limits.join(".")}`);
    }
  });

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
