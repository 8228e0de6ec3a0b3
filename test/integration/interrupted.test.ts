import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment, localPaths } from "../../toolchain/environment.ts";
import { TestPlatform } from "./support/platform.ts";
import { servingContainer, whoAnswers, withoutLoss } from "./support/serving.ts";

describe("an update that is killed", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("killed");
    await platform.up();
  });

  after(async () => {
    await platform.stack.cancel().catch(() => undefined);
    await platform.remove();
  });

  it("leaves the platform serving, and after pulumi cancel the next update converges", async () => {
    const serving = await servingContainer(platform);
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("killed");
      await platform.set({ "colors.blue.backendTag": "v2", "colors.blue.frontendTag": "v2" });
      await killedUpdate(platform);
      assert.equal(await servingContainer(platform), serving);
      assert.equal(await whoAnswers(platform), "blue v1");
      traffic.mark("locked");
      assert.match(await platform.failingUp(), /currently locked by 1 lock/);
      traffic.mark("healed");
      await platform.stack.cancel();
      await platform.up();
      assert.equal(await whoAnswers(platform), "blue v2");
    });
    const names = [...(await platform.containers()).keys()].filter((name) => name.startsWith("backend-"));
    assert.equal(names.length, 2, names.join(", "));
    assert.deepEqual(await platform.up(), []);
  });
});

/** Starts an update and kills it, with all that it started, while it waits for the new release's health. */
async function killedUpdate(platform: TestPlatform): Promise<void> {
  const known = await platform.containers();
  const update = spawn(
    join(localPaths.bin, "pulumi"),
    ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", platform.name],
    { cwd: platform.stack.workspace.workDir, env: childEnvironment(), stdio: "ignore", detached: true },
  );
  const ended = once(update, "exit");
  while ((await platform.containers()).size === known.size) {
    assert.equal(update.exitCode, null, "the update ended before it could be killed");
    await sleep(50);
  }
  assert.ok(update.pid !== undefined);
  process.kill(-update.pid, "SIGKILL");
  await ended;
}
