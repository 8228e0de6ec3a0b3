import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localPaths } from "../../dev/toolchain/environment.ts";
import { processesUnder, programOf } from "../../host/processes.ts";
import { isLong, itLong, someOf } from "./support/length.ts";
import { failingOps, ops, startOps } from "./support/ops.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { servingContainer, whoAnswers, withoutLoss } from "./support/serving.ts";

describe("npm run ops -- deploy", function () {
  this.timeout("15m");
  let platform: TestPlatform;
  let configFile: string;
  let journal: string;

  before(async () => {
    platform = await TestPlatform.create("deploy-command");
    configFile = join(platform.stack.workspace.workDir, `Pulumi.${platform.name}.yaml`);
    journal = join(platform.stack.workspace.workDir, ".webnet", "ops", `${platform.name}.deploy.json`);
    // The bake has its own test.
    await platform.set({ "bake.seconds": "0" });
    await platform.up();
  });

  after(async () => {
    await platform.stack.cancel().catch(() => undefined);
    await platform.remove();
  });

  const config = () => readFileSync(configFile, "utf8");

  /** Runs `work`. Afterwards config and platform must be as before, with nothing left to do. */
  async function takenBack(work: () => Promise<string>): Promise<string> {
    const before = {
      config: config(),
      serving: await servingContainer(platform),
      containers: await platform.containers(),
    };
    const output = await work();
    assert.equal(config(), before.config, output);
    assert.equal(await servingContainer(platform), before.serving, output);
    assert.deepEqual(await platform.containers(), before.containers, output);
    assert.deepEqual(await platform.preview(), []);
    assert.ok(!existsSync(journal));
    return output;
  }

  it("deploys a tag to the standby and switches to it in one update, without losing a request", async () => {
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("deploy");
      const output = await ops(platform, "deploy", "--tag", "v2", "--yes");
      assert.match(output, /^ {2}webnet:colors\.green\.backendTag +v1 → v2$/m);
      assert.match(
        output,
        /^ {2}create release green-[0-9a-f]{8}\n {2}update gateway-route: the traffic goes from blue-[0-9a-f]{8} to green-[0-9a-f]{8}$/m,
      );
      assert.match(output, /^green-[0-9a-f]{8} serves, and the stack config says so\.$/m);
    });
    assert.equal(await whoAnswers(platform), "green v2");
    assert.match(config(), /activeColor: green/);
    assert.deepEqual(await platform.preview(), []);
  });

  it("rolls back to what served before", async () => {
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("rollback");
      await ops(platform, "rollback", "--yes");
      assert.equal(await whoAnswers(platform), "blue v1");
      if (!isLong) return;
      traffic.mark("in place");
      await ops(platform, "deploy", "--tag", "v3", "--color", "blue", "--yes");
      assert.equal(await whoAnswers(platform), "blue v3");
      traffic.mark("rollback of the tag");
      await ops(platform, "rollback", "--yes");
      assert.equal(await whoAnswers(platform), "blue v1");
    });
  });

  it("refuses, and touches nothing: unknown tags, bad tags, options that don't fit, a config not applied", async () => {
    const refusals: [RegExp, string[]][] = [
      [
        /webnet:colors\.green\.backendTag\n.*engine doesn't hold this image[^]*webnet\.local\/sample-backend:v99/,
        ["--tag", "v99"],
      ],
      [/webnet:colors\.green\.backendTag\n[^]*got: +"a\/b"[^]*an image tag/, ["--tag", "a/b"]],
      [/option '--tag <TAG>' argument '-x' is invalid\. It begins with a dash/, ["--tag=-x"]],
      [/which release\? Name --tag TAG/, ["--backend-tag", "v1"]],
      [/--color is "red"; allowed: blue or green/, ["--tag", "v1", "--color", "red"]],
      [/--prepare is for the colour that stands by/, ["--tag", "v2", "--color", "blue", "--prepare"]],
    ];
    const question = await takenBack(async () => {
      const prepared = await ops(platform, "deploy", "--tag", "v2", "--prepare", "--yes");
      assert.match(prepared, /^v2 stands by already, as green\. Nothing was touched\.$/m);
      for (const color of someOf(1, [[], ["--color", "blue"]])) {
        const already = await ops(platform, "deploy", "--tag", "v1", ...color, "--yes");
        assert.match(already, /^v1 serves already, as blue\. Nothing was touched\.$/m);
      }
      for (const [message, args] of someOf(2, refusals))
        assert.match(await failingOps(platform, "deploy", ...args, "--yes"), message);
      return await failingOps(platform, "deploy", "--tag", "v3");
    });
    assert.match(question, /Deploy to test-deploy-command-\d+\? Add --yes/);
    await platform.set({ "backend.environment.TZ": "Europe/Berlin" });
    const pending = config();
    const output = await failingOps(platform, "deploy", "--tag", "v3", "--yes");
    assert.match(output, /the platform is not what the config of .* says[^]*create release blue-/);
    assert.equal(config(), pending);
    await platform.unset("backend.environment");
  });

  itLong("takes config and platform back when the release fails its smoke check", async () => {
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("failing");
      const output = await takenBack(() => failingOps(platform, "deploy", "--tag", "failing", "--yes"));
      assert.match(output, /the deploy failed and was taken back: blue-[0-9a-f]{8} serves/);
      assert.match(output, /smoke check by the guarded route failed/);
    });
  });

  itLong("touches nothing when it is interrupted before the plan is confirmed", async () => {
    const output = await takenBack(async () => {
      const running = startOps(platform, "deploy", "--tag", "v3", "--yes");
      await running.until(/What the stack config changes/);
      running.signal("SIGTERM");
      const ended = await running.ended;
      assert.equal(ended.exitCode, 1);
      return ended.output;
    });
    assert.match(output, /interrupted: nothing was touched/);
  });

  itLong("takes both back when it is interrupted during the update, whoever asks to hurry", async () => {
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("interrupted");
      const output = await takenBack(async () => {
        const running = startOps(platform, "deploy", "--tag", "v3", "--yes");
        await running.until(/-gate creating/);
        running.signal("SIGINT");
        await running.until(/Taking it back/);
        running.signal("SIGINT");
        return (await running.ended).output;
      });
      assert.match(output, /the deploy failed and was taken back[^]*interrupted/);
    });
  });

  itLong("after a kill says how to go on, and takes it back when told", async () => {
    const before = config();
    const others = new Set(updates());
    const running = startOps(platform, "deploy", "--tag", "v3", "--yes");
    await running.until(/-gate creating/);
    running.signal("SIGKILL");
    await running.ended;
    assert.match(
      await failingOps(platform, "deploy", "--tag", "v2", "--yes"),
      /was killed[^]*npm run ops -- deploy --abort/,
    );
    assert.match(config(), /backendTag: "v3"/);
    // Pulumi ends too, as soon as it can't write its next line, and leaves its lock.
    while (updates().some((pid) => !others.has(pid))) await sleep(100);
    await ops(platform, "deploy", "--abort");
    assert.equal(config(), before);
    assert.equal(await whoAnswers(platform), "blue v1");
    assert.deepEqual(await platform.up(), []);
  });

  itLong("after a kill finishes it when told", async () => {
    const others = new Set(updates());
    const running = startOps(platform, "deploy", "--tag", "v3", "--yes");
    await running.until(/-gate creating/);
    running.signal("SIGKILL");
    await running.ended;
    while (updates().some((pid) => !others.has(pid))) await sleep(100);
    const finishing = startOps(platform, "deploy", "--finish");
    await finishing.until(/^Updating \(/m);
    finishing.signal("SIGINT");
    const { exitCode, output } = await finishing.ended;
    assert.equal(exitCode, 0, output);
    assert.match(output, /^Not yet: the platform is being brought to what the config says\.$/m);
    assert.match(output, /^Finished: green-[0-9a-f]{8} serves, as the stack config says\.$/m);
    assert.ok(!existsSync(journal));
    assert.equal(await whoAnswers(platform), "green v3");
    assert.match(
      await ops(platform, "undo-config", "--dry-run"),
      /^What deploy --finish \([^]*activeColor +green → blue$/m,
    );
    await ops(platform, "rollback", "--yes");
    assert.equal(await whoAnswers(platform), "blue v1");
  });
});

/** The processes of the Pulumi CLI. Its plugins may outlive it: the command has to deal with that. */
function updates(): number[] {
  return processesUnder(localPaths.bin).filter((pid) => programOf(pid) === join(localPaths.bin, "pulumi"));
}
