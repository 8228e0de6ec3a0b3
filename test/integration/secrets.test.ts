import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLogLines } from "../../engine/logs.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { ops } from "./support/ops.ts";
import { recovered } from "./support/recovered.ts";
import { lightProbe, withoutLoss } from "./support/serving.ts";
import { itLong } from "./support/length.ts";

/** Weak on purpose: nobody may find them by guessing either. */
const [first, second] = ["hunter2!", "tr0ub4dor&3"];

describe("the application's own secrets", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("secrets");
    await setSecret(first);
    await writeFile(join(platform.stack.workspace.workDir, "sample.env"), "# sample\nAPP_JOB_SECONDS=77\n");
    await platform.set({ "backend.environmentFile": "sample.env" });
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  async function setSecret(value: string): Promise<void> {
    const secret = { value, secret: true };
    await platform.stack.setAllConfig({ 'webnet:backend.secrets["stripe.api-key"]': secret }, true);
  }

  const configFile = () => platform.target.configFile;
  const backend = (release: string) =>
    platform.docker.getContainer(`webnet-${platform.name}-backend-${release}`);

  /** The length of the secret that the serving release reads now. */
  async function served(): Promise<number | undefined> {
    const answer = await fetch(`${platform.url}/api/secrets`, { headers: { host: "localhost" } });
    const { secrets } = (await answer.json()) as { secrets: Record<string, number> };
    return secrets["STRIPE_API_KEY"];
  }

  async function secretVolumes(): Promise<string[]> {
    const { Volumes } = await platform.docker.listVolumes({
      filters: { label: [`webnet.stack=${platform.name}`] },
    });
    return Volumes.map(({ Name }) => Name).filter((name) => name.includes("backend-secrets-"));
  }

  it("are read by the backend, and nothing changes with the same config, a refreshed state or a switch", async () => {
    assert.equal(await served(), first.length);
    const { Config } = await (await platform.activeContainer()).inspect();
    assert.ok(Config.Env.includes("APP_JOB_SECONDS=77"));
    assert.ok(Config.Env.includes("STRIPE_API_KEY_FILE=/run/secrets/stripe.api-key"));
    assert.deepEqual(await platform.up(), []);
    await platform.stack.refresh();
    assert.deepEqual(await platform.preview(), []);
    // A deploy plans by a file of its own beside the stack's.
    await ops(platform, "deploy", "--switch", "--yes", "--bake", "0");
    assert.equal(await platform.output("activeColor"), "green");
    assert.equal(await served(), first.length);
    assert.deepEqual(await platform.preview(), []);
  });

  it("change with a new release and back with the config, without a lost request", async () => {
    const release = await platform.output("release");
    const former = await readFile(configFile(), "utf8");
    await withoutLoss(
      platform,
      async (traffic) => {
        await setSecret(second);
        await platform.up();
        assert.equal(await served(), second.length);
        assert.notEqual(await platform.output("release"), release);
        traffic.mark("back");
        await writeFile(configFile(), former);
        await platform.up();
        assert.equal(await served(), first.length);
        assert.equal(await platform.output("release"), release);
      },
      { kinds: lightProbe },
    );
    assert.equal((await secretVolumes()).length, 2);
  });

  itLong(
    "stay with the release that serves while an update with others fails, also when it starts again",
    async () => {
      const former = await readFile(configFile(), "utf8");
      const release = await platform.output("release");
      await setSecret(second);
      await platform.set({ "colors.green.backendTag": "unhealthy" });
      await platform.failingUp();
      await backend(release).restart();
      const deadline = Date.now() + 30_000;
      while ((await backend(release).inspect()).State.Health?.Status !== "healthy" && Date.now() < deadline)
        await sleep(500);
      assert.equal(await served(), first.length);
      assert.equal((await secretVolumes()).length, 3);
      await writeFile(configFile(), former);
      await platform.up();
      assert.equal(await platform.output("release"), release);
      assert.equal((await secretVolumes()).length, 2);
    },
  );

  it("show nowhere", async () => {
    const seen = new Map<string, string>();
    await setSecret(second);
    const preview = await platform.stack.preview({ diff: true });
    seen.set("preview", preview.stdout + preview.stderr);
    const update = await platform.stack.up();
    seen.set("update", update.stdout + update.stderr);
    seen.set("state", await platform.stateFile());
    seen.set("config", (await platform.target.pulumi(["config"])).stdout);
    seen.set("stack's file", await readFile(configFile(), "utf8"));
    for (const [name, id] of await platform.containers()) {
      const container = platform.docker.getContainer(id);
      seen.set(`inspection of ${name}`, JSON.stringify(await container.inspect()));
      seen.set(`log of ${name}`, await lastLogLines(container, 2000));
      seen.set(`processes of ${name}`, JSON.stringify(await container.top()));
    }
    await platform.set({ "backend.stopSeconds": "0" });
    seen.set("refusal", await platform.failingUp());
    await platform.set({ "backend.stopSeconds": "15" });
    for (const [where, text] of seen)
      for (const secret of [first, second])
        for (const form of [
          secret,
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString("base64"),
        ])
          assert.ok(!text.includes(form), `a secret stands in the ${where}`);
    assert.match(seen.get("refusal") ?? "", /webnet:backend\.stopSeconds\n.*\n +got: {5}0\n/);
    assert.equal(await served(), second.length);
  });

  itLong(
    "outlive a lost state: recover takes their volume over, and the next update writes the same",
    async () => {
      const before = await platform.containers();
      const volumes = await secretVolumes();
      await platform.target.pulumi(["stack", "rm", "--force", "--yes", "--preserve-config"]);
      const made = await platform.target.pulumi(["stack", "init", "--no-select"]);
      assert.equal(made.exitCode, 0, made.stderr);
      await recovered(platform);
      await platform.up();
      assert.deepEqual(await platform.containers(), before);
      assert.deepEqual(await secretVolumes(), volumes);
      assert.equal(await served(), second.length);
      assert.deepEqual(await platform.up(), []);
    },
  );

  itLong("go with the stack, and come again with it", async () => {
    await platform.stack.destroy();
    assert.deepEqual(await secretVolumes(), []);
    await platform.up();
    assert.equal(await served(), second.length);
  });
});
