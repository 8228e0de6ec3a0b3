import assert from "node:assert/strict";
import type { Config } from "../settings/support.ts";
import { environmentOf, gatewayOf, releasesOf } from "../support/containers.ts";
import { changedInputs, changedKeys, difference } from "../support/difference.ts";
import { bothColors, run, runAnew, type Deployment, type Run } from "../support/program.ts";
import { patience } from "../support/scenarios.ts";

const configured = (changes: Config, more: Run = {}): Promise<Deployment> =>
  run({ ...more, changes: { ...bothColors, ...changes } });

/** Asserts that an update replaces one release of a colour, tells the route, and touches nothing else. */
function replacesOneRelease(before: Deployment, after: Deployment, color: string): void {
  const { added, removed, changed } = difference(before, after);
  for (const [names, those] of [
    [added, after],
    [removed, before],
  ] as const) {
    const [release, ...others] = new Set(names.map((name) => name.split("-").slice(0, 3).join("-")));
    assert.deepEqual(others, [], "more than one release");
    assert.match(release ?? "", new RegExp(`^application-${color}-[0-9a-f]{8}$`));
    assert.ok(releasesOf(those).includes(release ?? ""));
  }
  assert.equal(added.length, 6);
  assert.equal(removed.length, added.length);
  assert.deepEqual(changed, ["gateway-route"]);
}

describe("an update", () => {
  it("with the same configuration changes nothing", async () => {
    const how = { changes: { ...bothColors } };
    assert.deepEqual(difference(await run(how), await runAnew(how)), { added: [], removed: [], changed: [] });
  }).timeout(patience);

  for (const activeColor of ["blue", "green"]) {
    for (const color of ["blue", "green"]) {
      for (const tag of ["backendTag", "frontendTag"]) {
        it(`with another ${tag} of ${color} makes one release while ${activeColor} serves`, async () => {
          const before = await configured({ activeColor });
          const after = await configured({ activeColor, [`colors.${color}.${tag}`]: "sha-3" });
          replacesOneRelease(before, after, color);
        }).timeout(patience);
      }
    }
  }

  it("with another setting of the backend makes new releases", async () => {
    const before = await configured({});
    const after = await configured({ "backend.stopSeconds": 46 });
    const { added, removed, changed } = difference(before, after);
    assert.deepEqual(changed, ["gateway-route"]);
    assert.deepEqual([added.length, removed.length], [12, 12]);
    assert.equal(new Set([...releasesOf(before), ...releasesOf(after)]).size, 4);
  }).timeout(patience);

  for (const pullPolicy of ["never", "always"]) {
    it(`with a tag that moved makes new releases where the pull policy is ${pullPolicy}`, async () => {
      const before = await configured({ pullPolicy }, { engine: { build: "1" } });
      const after = await configured({ pullPolicy }, { engine: { build: "2" } });
      assert.equal(new Set([...releasesOf(before), ...releasesOf(after)]).size, 4);
      assert.deepEqual(difference(before, after).changed, ["gateway-route"]);
    }).timeout(patience);
  }

  it("doesn't look at a tag that moved where the pull policy is missing", async () => {
    const before = await configured({}, { engine: { build: "1" } });
    const after = await configured({}, { engine: { build: "2" } });
    assert.deepEqual(difference(before, after), { added: [], removed: [], changed: [] });
  }).timeout(patience);
});

describe("a switch", () => {
  it("to a warm standby changes two variables of the route command, and nothing else", async () => {
    const before = await configured({ activeColor: "blue" });
    const after = await configured({ activeColor: "green" });
    assert.deepEqual(difference(before, after), { added: [], removed: [], changed: ["gateway-route"] });
    const [was, is] = [before.named("gateway-route"), after.named("gateway-route")];
    assert.deepEqual(changedInputs(was, is), ["environment"]);
    assert.deepEqual(changedKeys(environmentOf(was), environmentOf(is)), [
      "WEBNET_ACTIVE_RELEASE",
      "WEBNET_STANDBY_RELEASE",
    ]);
    assert.deepEqual(is.dependencies, was.dependencies);
  }).timeout(patience);

  it("and its rollback end where they began", async () => {
    const before = await configured({ activeColor: "blue" });
    const after = await runAnew({ changes: { ...bothColors, activeColor: "blue" } });
    assert.deepEqual(difference(before, after), { added: [], removed: [], changed: [] });
  }).timeout(patience);

  it("without a warm standby exchanges the releases, and touches nothing else but the route", async () => {
    const before = await configured({ standby: "off" });
    const after = await configured({ standby: "off", activeColor: "green" });
    const { added, removed, changed } = difference(before, after);
    assert.ok(added.every((name) => name.startsWith("application-green-")));
    assert.ok(removed.every((name) => name.startsWith("application-blue-")));
    assert.deepEqual([added.length, removed.length], [6, 6]);
    assert.deepEqual(changed, ["gateway-route"]);
  }).timeout(patience);

  it("has the releases that the colours' tags name, whichever is active", async () => {
    const blue = await configured({});
    const green = await configured({ activeColor: "green" });
    assert.deepEqual(releasesOf(blue).sort(), releasesOf(green).sort());
    assert.equal(
      environmentOf(blue.named("gateway-route"))["WEBNET_ACTIVE_RELEASE"],
      releaseOf(blue, "blue"),
    );
    assert.equal(
      environmentOf(green.named("gateway-route"))["WEBNET_ACTIVE_RELEASE"],
      releaseOf(green, "green"),
    );
  }).timeout(patience);
});

describe("the gateway's container", () => {
  const others: Record<string, Config> = {
    "the active colour": { activeColor: "green" },
    tags: { "colors.blue.backendTag": "sha-8", "colors.green.frontendTag": "sha-9" },
    "a standby that is off": { standby: "off" },
    "the domain": { domain: "other.example.com" },
    "the backend's settings": { "backend.limits.memoryMegabytes": 2048 },
    "the smoke check and the body size": {
      "gateway.smoke.attempts": 9,
      "gateway.clientMaxBodyMegabytes": 19,
    },
    "the database": { "mysql.maxConnections": 50 },
    "the monitoring": { "monitoring.retentionDays": 3 },
  };
  for (const [what, changes] of Object.entries(others)) {
    it(`doesn't depend on ${what}`, async () => {
      const [before, after] = [await configured({}), await configured(changes)];
      assert.deepEqual(gatewayOf(after), gatewayOf(before));
      assert.deepEqual(after.named("gateway-edge"), before.named("gateway-edge"));
    }).timeout(patience);
  }

  it("waits for no release", async () => {
    const { dependencies } = gatewayOf(await configured({}));
    assert.deepEqual(
      dependencies.filter((name) => /blue|green/.test(name)),
      [],
    );
    assert.ok(dependencies.includes("gateway-edge"));
  }).timeout(patience);
});

function releaseOf(deployment: Deployment, color: string): string | undefined {
  return releasesOf(deployment)
    .map((name) => name.replace("application-", ""))
    .find((id) => id.startsWith(color));
}
