import assert from "node:assert/strict";
import { gapDuring } from "../../dev/bench/gap.ts";
import { catalogues } from "../../settings/catalogue.ts";
import { projectRoot } from "../../host/project.ts";
import { startTraffic } from "../../dev/traffic/traffic.ts";
import { FormerProgram } from "../integration/support/former-program.ts";
import { buildOn } from "../integration/support/images.ts";
import { ops } from "../integration/support/ops.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { lightProbe, whoAnswers, withoutLoss } from "../integration/support/serving.ts";

/** The last commit whose gateway publishes the ports itself. */
const beforeEdge = "3ca4aa3";
const longestGapSeconds = 60;
const lightLoad = { kinds: lightProbe, maxSeconds: 600 };
const tags = ["v1", "v2"];

describe("an upgrade of webnet from before the edge", function () {
  this.timeout("15m");
  let former: FormerProgram | undefined;
  let platform: TestPlatform;
  let frontend = "";
  let rows: ReturnType<typeof startTraffic>;

  before(async function () {
    former = await FormerProgram.unpack(beforeEdge);
    if (former === undefined) {
      this.skip();
      return;
    }
    platform = await TestPlatform.create("upgrade", { program: former.folder, config: former.config });
    // That version can't copy a frontend of more than half a megabyte, and the sample's is larger now.
    frontend = `${platform.name}/frontend`;
    for (const tag of tags) {
      const page = { path: "/opt/dist/index.html", content: `<!doctype html><title>${tag}</title></html>` };
      await buildOn(platform.docker, `${frontend}:${tag}`, catalogues.local.nodeExporter, page);
    }
    await platform.set({ "images.frontend": frontend });
    await platform.up();
    rows = startTraffic({ baseUrl: platform.url, kinds: { rows: { connections: 2, perSecond: 20 } } });
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await rows.stop();
    assert.deepEqual(rows.summaries()[0]?.failures, {});
    await platform.useProgram(projectRoot);
  });

  after(async () => {
    // If this clone lacks the older version, there is no platform.
    const made = platform as TestPlatform | undefined;
    await made?.remove();
    for (const tag of tags) await made?.docker.getImage(`${frontend}:${tag}`).remove({ force: true });
    await former?.remove();
  });

  it("is announced, with what is missed meanwhile", async () => {
    const { exitCode, stdout } = await platform.target.pulumi(["preview"]);
    assert.equal(exitCode, 0, stdout);
    assert.match(
      stdout,
      /This update makes webnet-test-upgrade-\d+-gateway anew\. An edge takes its ports over/,
    );
    assert.match(stdout, /This update makes webnet-test-upgrade-\d+-mysql anew\./);
    assert.equal(await whoAnswers(platform), "blue v1");
  });

  it("is one update with one short gap, after which nothing changes, and the data are there", async () => {
    const gap = await gapDuring([platform.url], async () => {
      await platform.up();
    });
    console.log(`      nobody was answered for ${(gap / 1000).toFixed(1)} s`);
    assert.ok(gap < longestGapSeconds * 1000, `nobody was answered for ${Math.round(gap)} ms`);
    assert.equal(await whoAnswers(platform), "blue v1");
    const { missing, duplicated, found } = await rows.verifyRows();
    assert.deepEqual({ missing, duplicated }, { missing: [], duplicated: [] });
    assert.ok(found > 0);
    assert.deepEqual(await platform.preview(), []);
    const names = [...(await platform.containers()).keys()];
    assert.ok(!names.includes("gateway"), names.join(", "));
  });

  it("goes on with switches that lose nothing", async () => {
    await withoutLoss(
      platform,
      async () => {
        await ops(platform, "deploy", "--tag", "v2", "--bake", "0", "--yes");
        await ops(platform, "rollback", "--yes");
      },
      lightLoad,
    );
    assert.equal(await whoAnswers(platform), "blue v1");
    assert.deepEqual(await platform.preview(), []);
  });
});

/** The last commit whose ids are digests of the provider's arguments. */
const beforeSpecs = "ea2c2e4";
const mayChange = [
  // Releases and gateways get new names for the same tags, and the route follows.
  /^application-(?:blue|green)-[0-9a-f]{8}/,
  /^gateway-nginx-[0-9a-f]{8}/,
  /^gateway-route$/,
  // Its configuration moves to another volume. From then on it reads another one as it runs.
  /^monitoring-prometheus/,
];

describe("an upgrade of webnet from before specs", function () {
  this.timeout("15m");
  let former: FormerProgram | undefined;
  let platform: TestPlatform;

  before(async function () {
    former = await FormerProgram.unpack(beforeSpecs);
    if (former === undefined) {
      this.skip();
      return;
    }
    platform = await TestPlatform.create("specs", { program: former.folder, config: former.config });
    await platform.up();
    // Leaves a superseded release with that version's note.
    await platform.set({ "colors.green.backendTag": "v2", "colors.green.frontendTag": "v2" });
    await platform.set({ activeColor: "green" });
    await platform.up();
    await platform.useProgram(projectRoot);
  });

  after(async () => {
    const made = platform as TestPlatform | undefined;
    await made?.remove();
    await former?.remove();
  });

  it("is one update under load that loses nothing, and changes what its new names make", async () => {
    const kept = ["edge", "mysql", "node-exporter", "nginx-exporter", "mysqld-exporter"];
    const before = await platform.containers();
    const steps = await withoutLoss(platform, () => platform.up(), lightLoad);
    const changed = steps.map(({ name }) => name);
    assert.deepEqual(
      changed.filter((name) => !mayChange.some((pattern) => pattern.test(name))),
      [],
    );
    const after = await platform.containers();
    for (const name of kept) assert.equal(after.get(name), before.get(name), name);
    assert.equal(await whoAnswers(platform), "green v2");
    assert.deepEqual(await platform.preview(), []);
  });

  it("knows the releases of before, and goes back to them by their notes", async () => {
    await withoutLoss(platform, () => ops(platform, "rollback", "--yes"), lightLoad);
    assert.equal(await whoAnswers(platform), "blue v1");
  });
});

/** The last commit whose nginx writes to its container's output. */
const beforeLogLines = "45c51f7";

describe("an upgrade of webnet from before log lines in memory", function () {
  this.timeout("15m");
  let former: FormerProgram | undefined;
  let platform: TestPlatform;

  before(async function () {
    former = await FormerProgram.unpack(beforeLogLines);
    if (former === undefined) {
      this.skip();
      return;
    }
    platform = await TestPlatform.create("lines", { program: former.folder, config: former.config });
    await platform.up();
  });

  after(async () => {
    const made = platform as TestPlatform | undefined;
    await made?.remove();
    await former?.remove();
  });

  it("loses nothing, nor does the way back to it, nor the way forward again", async () => {
    const edge = (await platform.containers()).get("edge");
    for (const program of [projectRoot, former?.folder ?? "", projectRoot]) {
      await platform.useProgram(program);
      await withoutLoss(platform, () => platform.up(), lightLoad);
      assert.deepEqual(await platform.preview(), []);
      assert.equal(await whoAnswers(platform), "blue v1");
    }
    assert.equal((await platform.containers()).get("edge"), edge);
  });
});
