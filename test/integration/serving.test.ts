import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execIn } from "../../engine/exec.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { whoAnswers } from "./support/serving.ts";
import { jobReleases, whoServes } from "./support/who-serves.ts";

describe("which release serves", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("serving");
    await platform.setText("backend.environment.APP_JOB_SECONDS", "1");
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  const backend = (release: string) =>
    platform.docker.getContainer(`webnet-${platform.name}-backend-${release}`);

  it("is told to each backend in a file that it can't change, and the jobs of the other one rest", async () => {
    const [release, standby] = [await platform.output("release"), await platform.output("standbyRelease")];
    assert.deepEqual(await whoServes(platform), { [release]: release, [standby]: release });
    for (const id of [release, standby]) {
      const change = await execIn(backend(id), ["sh", "-c", `echo ${id} > "$WEBNET_SERVING_FILE"`]);
      assert.match(change.stderr, /Read-only file system/);
      const { stdout } = await execIn(backend(id), ["sh", "-c", "echo $WEBNET_RELEASE"]);
      assert.equal(stdout, `${id}\n`);
    }
    assert.deepEqual(await jobReleases(platform), [release]);
  });

  it("changes at a switch and back at a rollback, without a restart, and is never two", async () => {
    const [blue, green] = [await platform.output("release"), await platform.output("standbyRelease")];
    const started = async (release: string) => (await backend(release).inspect()).State.StartedAt;
    const before = [await started(blue), await started(green)];
    for (const [color, serving] of [
      ["green", green],
      ["blue", blue],
    ] as const) {
      const told = await toldWhile(platform, async () => {
        await platform.set({ activeColor: color });
        await platform.up();
      });
      // All backends read the same file, so one reader sees every change.
      assert.deepEqual([...new Set(told)], [serving === green ? blue : green, serving]);
      assert.deepEqual(await whoServes(platform), { [blue]: serving, [green]: serving });
      assert.deepEqual(await jobReleases(platform), [serving]);
    }
    assert.deepEqual([await started(blue), await started(green)], before);
  });

  it("is told back when an update fails behind the move, with which the route goes back", async () => {
    const [blue, green] = [await platform.output("release"), await platform.output("standbyRelease")];
    const gateway = await platform.gateway();
    // An update removes the note of a given-up route at its end. It can't remove a folder, so it fails there.
    const note = "/etc/webnet/gateway/unrouted";
    await execIn(gateway, ["mkdir", "-p", `${note}/kept`]);
    await platform.set({ activeColor: "green" });
    assert.match(await platform.failingUp(), new RegExp(`went back from ${green}, ${blue} serves again`));
    assert.deepEqual(await whoServes(platform), { [blue]: blue, [green]: blue });
    assert.match(await whoAnswers(platform), /^blue /);
    await execIn(gateway, ["rm", "-r", note]);
    await platform.set({ activeColor: "blue" });
    await platform.up();
    assert.deepEqual(await jobReleases(platform), [blue]);
  });

  it("doesn't change when a switch fails, and a canary's isn't it", async () => {
    const release = await platform.output("release");
    await platform.set({ activeColor: "green", "colors.green.backendTag": "failing" });
    const told = await toldWhile(platform, async () => {
      assert.match(await platform.failingUp(), /the route was not moved/);
    });
    assert.deepEqual([...new Set(told)], [release]);
    await platform.set({
      activeColor: "blue",
      "colors.green.backendTag": "v2",
      "gateway.canaryPercent": "50",
    });
    await platform.up();
    assert.deepEqual(new Set(Object.values(await whoServes(platform))), new Set([release]));
    assert.deepEqual(await jobReleases(platform), [release]);
  });

  it("is made up for by the next update, where one was killed before it could tell", async () => {
    const release = await platform.output("release");
    const gateway = await platform.gateway();
    await execIn(gateway, ["sh", "-c", "echo blue-00000000 > /run/webnet/serving"]);
    await platform.set({ "gateway.canaryPercent": "40" });
    await platform.up();
    assert.deepEqual(new Set(Object.values(await whoServes(platform))), new Set([release]));
  });
});

/** Reads the file again and again while `work` runs, in the backend that serves at the start. Returns the contents. */
async function toldWhile(platform: TestPlatform, work: () => Promise<void>): Promise<string[]> {
  const reader = platform.docker.getContainer(
    `webnet-${platform.name}-backend-${await platform.output("release")}`,
  );
  const told: string[] = [];
  const over = new AbortController();
  const reading = (async () => {
    while (!over.signal.aborted) {
      const { stdout } = await execIn(reader, ["cat", "/run/webnet/serving"]);
      told.push(stdout.trim());
      await sleep(100);
    }
  })();
  try {
    await work();
  } finally {
    over.abort();
    await reading;
  }
  return told;
}
