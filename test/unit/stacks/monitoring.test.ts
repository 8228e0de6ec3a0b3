import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Config } from "../settings/support.ts";
import { containerType, filesOf, labelsOf } from "../support/containers.ts";
import { bothColors, run, type Deployment } from "../support/program.ts";
import { inEveryScenario, patience } from "../support/scenarios.ts";

const configured = (changes: Config): Promise<Deployment> => run({ changes: { ...bothColors, ...changes } });

interface Scrapes {
  scrape_configs: {
    job_name: string;
    static_configs: { targets: string[]; labels?: { color: string } }[];
  }[];
}

function scrapesOf(deployment: Deployment): Scrapes["scrape_configs"] {
  const file = filesOf(deployment.named("monitoring-prometheus-config-content"))["prometheus.yml"];
  return (parse(file?.content ?? "") as Scrapes).scrape_configs;
}

function colorsOf(deployment: Deployment): (string | undefined)[] {
  const job = scrapesOf(deployment).find(({ job_name }) => job_name === "spring-backend-bluegreen");
  return job?.static_configs.map(({ labels }) => labels?.color) ?? [];
}

describe("Prometheus", () => {
  it("watches both colours, whichever is active", async () => {
    assert.deepEqual(colorsOf(await configured({})), ["blue", "green"]);
    assert.deepEqual(colorsOf(await configured({ activeColor: "green" })), ["blue", "green"]);
  }).timeout(patience);

  it("watches no colour that doesn't run", async () => {
    assert.deepEqual(colorsOf(await configured({ standby: "off" })), ["blue"]);
    assert.deepEqual(colorsOf(await run()), ["blue"]);
  }).timeout(patience);

  inEveryScenario("asks only what is on the network by that name and runs", (deployment) => {
    const aliases = deployment
      .ofType(containerType)
      .flatMap(({ inputs }) => (inputs["networksAdvanced"] as { aliases: string[] }[])[0]?.aliases ?? []);
    const targets = scrapesOf(deployment).flatMap(({ static_configs }) =>
      static_configs.flatMap((config) => config.targets),
    );
    const hosts = targets.map((target) => target.split(":")[0]).filter((host) => host !== "localhost");
    assert.ok(hosts.length >= 4);
    for (const host of hosts) assert.ok(aliases.includes(host ?? ""), host);
  });

  it("keeps samples for as long and as large as it is told", async () => {
    const deployment = await configured({
      "monitoring.retentionDays": 3,
      "monitoring.retentionSizeGigabytes": 2,
    });
    const { command } = deployment.named("monitoring-prometheus").inputs;
    assert.ok((command as string[]).includes("--storage.tsdb.retention.time=3d"));
    assert.ok((command as string[]).includes("--storage.tsdb.retention.size=2GB"));
  }).timeout(patience);

  it("starts anew when its configuration changes", async () => {
    const before = (await configured({})).named("monitoring-prometheus");
    const after = (await configured({ "monitoring.scrapeIntervalSeconds": 30 })).named(
      "monitoring-prometheus",
    );
    assert.notEqual(labelsOf(after)["webnet.config"], labelsOf(before)["webnet.config"]);
  }).timeout(patience);
});

describe("published ports", () => {
  it("are the gateway's, and for this host alone Prometheus's", async () => {
    assert.deepEqual(publishedBy(await configured({})), {
      gateway: [{ internal: 80, external: 80, ip: "0.0.0.0" }],
      "monitoring-prometheus": [{ internal: 9090, external: 9090, ip: "127.0.0.1" }],
    });
  }).timeout(patience);

  it("follow the settings", async () => {
    const deployment = await configured({
      "gateway.bindAddress": "192.0.2.7",
      "gateway.httpPort": 8088,
      "monitoring.prometheusPort": 9999,
    });
    assert.deepEqual(publishedBy(deployment), {
      gateway: [{ internal: 80, external: 8088, ip: "192.0.2.7" }],
      "monitoring-prometheus": [{ internal: 9090, external: 9999, ip: "127.0.0.1" }],
    });
  }).timeout(patience);
});

function publishedBy(deployment: Deployment): Record<string, unknown> {
  const published = deployment.ofType(containerType).filter(({ inputs }) => inputs["ports"] !== undefined);
  return Object.fromEntries(published.map(({ name, inputs }) => [name, inputs["ports"]]));
}
