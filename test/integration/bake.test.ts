import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTraffic } from "../../dev/traffic/traffic.ts";
import { failingOps, ops, startOps } from "./support/ops.ts";
import { itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { servingContainer, whoAnswers } from "./support/serving.ts";

describe("the bake of a deploy", function () {
  this.timeout("15m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("bake");
    // Answers are slow on a busy machine. This test isn't about slow answers.
    await platform.set({ "bake.minimumRequests": "20", "bake.p95FloorMilliseconds": "30000" });
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  /** Runs `work` under traffic. A bad release may lose some of its requests. */
  async function underTraffic<T>(work: () => Promise<T>): Promise<T> {
    const kinds = { keepAlive: { connections: 2, perSecond: 30 }, newConnection: { perSecond: 5 } };
    const traffic = startTraffic({ baseUrl: platform.url, kinds, maxSeconds: 600 });
    try {
      await sleep(5000);
      return await work();
    } finally {
      await traffic.stop();
    }
  }

  const config = () =>
    readFileSync(join(platform.stack.workspace.workDir, `Pulumi.${platform.name}.yaml`), "utf8");

  it("lets a good release through, by the figures of both releases", async () => {
    const output = await underTraffic(() => ops(platform, "deploy", "--tag", "v2", "--bake", "15", "--yes"));
    assert.match(output, /Watching green-\w+ for 15 s\. Before, blue-\w+: [1-9]\d+ requests, 0\.0 % failed/);
    assert.match(output, / s: [1-9]\d+ requests, 0\.0 % failed, p95 \d+ ms/);
    assert.match(output, /^The bake ended well\.$/m);
    assert.equal(await whoAnswers(platform), "green v2");
  });

  it("takes config and platform back when the release turns bad under traffic", async () => {
    const before = { config: config(), serving: await servingContainer(platform) };
    const containers = await platform.containers();
    const output = await underTraffic(() =>
      failingOps(platform, "deploy", "--tag", "degrading", "--bake", "300", "--yes"),
    );
    assert.match(output, /^blue-\w+ serves, and the stack config says so\.$/m);
    assert.match(output, /the deploy failed and was taken back: green-\w+ serves/);
    assert.match(output, /blue-\w+: [\d.]+ % of \d+ requests failed \(before: 0\.0 %, allowed: 1 % more\)/);
    assert.equal(config(), before.config);
    assert.equal(await servingContainer(platform), before.serving);
    assert.equal(await whoAnswers(platform), "green v2");
    assert.deepEqual([...(await platform.containers()).keys()].sort(), [...containers.keys()].sort());
    assert.deepEqual(await platform.preview(), []);
  });

  itLong("is remembered by a rollback, which goes past what was taken back", async () => {
    const output = await ops(platform, "rollback", "--yes");
    assert.match(output, /^Skipped: a deploy took blue-\w+ \(degrading\) back: blue-\w+: [\d.]+ % of/m);
    assert.equal(await whoAnswers(platform), "blue v1");
    await ops(platform, "rollback", "--yes");
    assert.equal(await whoAnswers(platform), "green v2");
  });

  itLong("says that it can't judge where nobody asks, and watches the container all the same", async () => {
    const output = await ops(platform, "deploy", "--tag", "v3", "--bake", "6", "--yes");
    assert.match(
      output,
      /^The bake ended, and nothing was judged: \d+ requests are too few to judge by, under 20\. Nobody knows yet/m,
    );
    const running = startOps(platform, "deploy", "--tag", "v1", "--bake", "600", "--yes");
    await running.until(/Watching green-/);
    const { id } = platform.docker.getContainer(
      `webnet-${platform.name}-backend-${await platform.output("release")}`,
    );
    await platform.docker.getContainer(id).kill();
    const { exitCode, output: said } = await running.ended;
    assert.equal(exitCode, 1, said);
    assert.match(said, /the deploy failed and was taken back: blue-\w+ serves[^]*green-\w+ exited/);
    assert.equal(await whoAnswers(platform), "blue v3");
  });

  itLong("leaves the deploy as it is when it is interrupted, and says how to go back", async () => {
    const next = (await whoAnswers(platform)).startsWith("green") ? "blue" : "green";
    const running = startOps(platform, "deploy", "--tag", "v3", "--bake", "600", "--yes");
    await running.until(new RegExp(`Watching ${next}-`));
    running.signal("SIGINT");
    const { exitCode, output } = await running.ended;
    assert.equal(exitCode, 0, output);
    assert.match(output, /The bake was interrupted[^]*npm run ops -- rollback/);
    assert.equal(await whoAnswers(platform), `${next} v3`);
    assert.match(config(), new RegExp(`activeColor: ${next}`));
    assert.deepEqual(await platform.up(), []);
  });
});
