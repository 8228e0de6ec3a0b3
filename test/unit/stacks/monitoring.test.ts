import assert from "node:assert/strict";
import { parse } from "yaml";
import type { ScrapeJob } from "../../../render/prometheus.ts";
import type { Config } from "../settings/support.ts";
import { configOf, containerType, environmentOf, filesOf, namesOnTheNetwork } from "../support/containers.ts";
import { difference } from "../support/difference.ts";
import { bothColors, run, type Deployment } from "../support/program.ts";
import { inEveryScenario, patience } from "../support/scenarios.ts";

const configured = (changes: Config): Promise<Deployment> => run({ changes: { ...bothColors, ...changes } });

function scrapesOf(deployment: Deployment): ScrapeJob[] {
  const file = filesOf(configOf(deployment, "monitoring-prometheus-config"))["prometheus.yml"];
  return (parse(file?.content ?? "") as { scrape_configs: ScrapeJob[] }).scrape_configs;
}

/** Where Prometheus asks: the targets, or what asks them for it. */
function addressesOf({ static_configs = [], relabel_configs = [] }: ScrapeJob): string[] {
  const through = relabel_configs.find(({ target_label }) => target_label === "__address__")?.replacement;
  return through === undefined ? static_configs.flatMap(({ targets }) => targets) : [through];
}

describe("Prometheus", () => {
  it("watches both colours by their names, whichever runs or serves, so that no deploy touches it", async () => {
    const deployments = [await configured({}), await configured({ activeColor: "green" }), await run()];
    const texts = deployments.map((deployment) => JSON.stringify(scrapesOf(deployment)));
    assert.match(texts[0] ?? "", /"webnet-prod-backend-blue","webnet-prod-backend-green"/);
    assert.equal(new Set(texts).size, 1);
  }).timeout(patience);

  inEveryScenario("asks only what is on the network by that name and runs", (deployment) => {
    const aliases = namesOnTheNetwork(deployment);
    const hosts = scrapesOf(deployment)
      .flatMap(addressesOf)
      .map((target) => target.split(":")[0])
      .filter((host) => host !== "localhost");
    assert.ok(hosts.length >= 3);
    const lookedUp = scrapesOf(deployment).flatMap(
      ({ dns_sd_configs }) => dns_sd_configs?.flatMap(({ names }) => names) ?? [],
    );
    for (const alias of aliases.filter((name) => /-backend-(?:blue|green)$/.test(name))) {
      assert.ok(lookedUp.includes(alias), alias);
    }
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

  it("takes another configuration as it runs, after its own tool has checked it", async () => {
    const [before, after] = [
      await configured({}),
      await configured({ "monitoring.scrapeIntervalSeconds": 30 }),
    ];
    const { changed, added, removed } = difference(before, after);
    assert.deepEqual([changed, added, removed], [["monitoring-prometheus-config-content"], [], []]);
    const told = environmentOf(after.named("monitoring-prometheus-config-content"));
    assert.equal(told["WEBNET_CONTAINER"], after.named("monitoring-prometheus").inputs["name"]);
    assert.equal(told["WEBNET_DIRECTORY"], "/etc/prometheus");
    assert.equal(told["WEBNET_REPAIRS"], undefined);
    assert.notEqual(
      told["WEBNET_DIGEST"],
      environmentOf(before.named("monitoring-prometheus-config-content"))["WEBNET_DIGEST"],
    );
    const { check } = JSON.parse(told["WEBNET_ON_CHANGE"] ?? "") as { check: string[] };
    assert.deepEqual(check, ["promtool", "check", "config", "{}/prometheus.yml"]);
    const mounts = JSON.stringify(after.named("monitoring-prometheus").inputs["mounts"]);
    assert.ok(mounts.includes('"webnet-prod-prometheus-files"'), mounts);
  }).timeout(patience);

  it("is offered no web API by which anybody on the network could have it read its configuration, or end it", async () => {
    const { command } = (await configured({})).named("monitoring-prometheus").inputs;
    assert.ok(!String(command).includes("--web.enable-lifecycle"));
  }).timeout(patience);
});

describe("published ports", () => {
  it("are the gateway's, and for this host alone Prometheus's", async () => {
    assert.deepEqual(publishedBy(await configured({})), {
      "gateway-edge": [{ internal: 80, external: 80, ip: "0.0.0.0" }],
      "monitoring-prometheus": [{ internal: 9090, external: 9090, ip: "127.0.0.1" }],
    });
  }).timeout(patience);

  it("are of both families where the settings say so", async () => {
    assert.deepEqual(publishedBy(await configured({ "gateway.bindAddress": "::" }))["gateway-edge"], [
      { internal: 80, external: 80, ip: "0.0.0.0" },
      { internal: 80, external: 80, ip: "::" },
    ]);
  }).timeout(patience);

  it("follow the settings", async () => {
    const deployment = await configured({
      "gateway.bindAddress": "192.0.2.7",
      "gateway.httpPort": 8088,
      "monitoring.prometheusPort": 9999,
    });
    assert.deepEqual(publishedBy(deployment), {
      "gateway-edge": [{ internal: 80, external: 8088, ip: "192.0.2.7" }],
      "monitoring-prometheus": [{ internal: 9090, external: 9999, ip: "127.0.0.1" }],
    });
  }).timeout(patience);
});

function publishedBy(deployment: Deployment): Record<string, unknown> {
  const published = deployment.ofType(containerType).filter(({ inputs }) => inputs["ports"] !== undefined);
  return Object.fromEntries(published.map(({ name, inputs }) => [name, inputs["ports"]]));
}
