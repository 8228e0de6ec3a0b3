import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gapDuring } from "../../dev/bench/gap.ts";
import { catalogues } from "../../settings/catalogue.ts";
import { projectRoot } from "../../host/project.ts";
import { localPaths } from "../../dev/toolchain/environment.ts";
import { startTraffic } from "../../dev/traffic/traffic.ts";
import { buildOn } from "../integration/support/images.ts";
import { ops } from "../integration/support/ops.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { lightProbe, whoAnswers } from "../integration/support/serving.ts";

const execute = promisify(execFile);

/** The last commit whose gateway holds the ports itself. */
const beforeEdge = "3ca4aa3";
const longestGapSeconds = 60;
const tags = ["v1", "v2"];

describe("an upgrade of webnet from before the edge", function () {
  this.timeout("15m");
  const folder = join(localPaths.made, "test", `before-edge-${process.pid}`);
  let platform: TestPlatform;
  let frontend = "";
  let rows: ReturnType<typeof startTraffic>;

  before(async function () {
    await mkdir(folder, { recursive: true });
    const archive = `${folder}.tar`;
    try {
      await execute("git", ["archive", "--output", archive, beforeEdge], { cwd: projectRoot });
    } catch (error) {
      console.log(`      skipped: this clone's history has no ${beforeEdge} (${String(error)})`);
      this.skip();
    }
    await execute("tar", ["-xf", archive, "-C", folder]);
    await rm(archive);
    await symlink(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    const config = join(folder, "Pulumi.local.yaml");
    platform = await TestPlatform.create("upgrade", { program: folder, config });
    // That version's program can't copy a frontend of more than half a megabyte, as the sample's is now.
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
    // Without the older version there is no platform.
    const made = platform as TestPlatform | undefined;
    await made?.remove();
    for (const tag of tags) await made?.docker.getImage(`${frontend}:${tag}`).remove({ force: true });
    await rm(folder, { recursive: true, force: true });
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
    const traffic = startTraffic({ baseUrl: platform.url, kinds: lightProbe, maxSeconds: 300 });
    await ops(platform, "deploy", "--tag", "v2", "--bake", "0", "--yes");
    await ops(platform, "rollback", "--yes");
    await traffic.stop();
    for (const { failures } of traffic.summaries()) assert.deepEqual(failures, {});
    assert.equal(await whoAnswers(platform), "blue v1");
    assert.deepEqual(await platform.preview(), []);
  });
});
