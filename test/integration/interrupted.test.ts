import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { clearLeftovers } from "../../ops/recover/leftovers.ts";
import { narrator } from "../../ops/recover/narrator.ts";
import { recover } from "../../ops/recover/recover.ts";
import { killedUpdate } from "./support/killed.ts";
import { itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { servingContainer, whoAnswers, withoutLoss } from "./support/serving.ts";

describe("an update that is killed", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  /** Kills an update as soon as `come` returns true, then everything that it started. */
  async function killedWhen(come: () => Promise<boolean>): Promise<void> {
    const killed = await killedUpdate(platform, async () => {
      while (!(await come())) await sleep(50);
    });
    assert.ok(killed, "the update ended before it could be killed");
    await clearLeftovers(
      platform.target,
      narrator(() => undefined, false),
    );
  }

  before(async () => {
    platform = await TestPlatform.create("killed");
    await platform.up();
  });

  after(async () => {
    await platform.stack.cancel().catch(() => undefined);
    await platform.remove();
  });

  itLong("while it waits for the new release: pulumi cancel, and the next update converges", async () => {
    const serving = await servingContainer(platform);
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("killed");
      await platform.set({ "colors.blue.backendTag": "v2", "colors.blue.frontendTag": "v2" });
      await killedWhen(() => stateKnows(platform, "APP_VERSION=v2"));
      assert.equal(await servingContainer(platform), serving);
      assert.equal(await whoAnswers(platform), "blue v1");
      traffic.mark("locked");
      assert.match(await platform.failingUp(), /currently locked by 1 lock/);
      traffic.mark("healed");
      await platform.stack.cancel();
      await platform.up();
      assert.equal(await whoAnswers(platform), "blue v2");
    });
    assert.deepEqual(await platform.up(), []);
  });

  it("after it moved the route, and the config is reverted: what serves is not deleted", async () => {
    const before = await whoAnswers(platform);
    const tag = before.replace("blue ", "");
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("killed");
      await platform.set({ "colors.blue.backendTag": "v3", "colors.blue.frontendTag": "v3" });
      await killedWhen(async () => (await whoAnswers(platform)) === "blue v3");
      traffic.mark("reverted");
      await platform.stack.cancel();
      await platform.set({ "colors.blue.backendTag": tag, "colors.blue.frontendTag": tag });
      const refusal = await platform.failingUp();
      assert.match(refusal, /blue-[0-9a-f]{8} is kept: the gateway routes to it/);
      assert.equal(await whoAnswers(platform), "blue v3");
      assert.match(refusal, new RegExp(`npm run ops -- recover --stack ${platform.name}`));
      traffic.mark("healed");
      await recover(platform.target, { report: () => undefined });
      await platform.up();
      assert.equal(await whoAnswers(platform), before);
    });
    const names = [...(await platform.containers()).keys()].filter((name) => name.startsWith("backend-"));
    assert.equal(names.length, 2, names.join(", "));
    assert.deepEqual(await platform.up(), []);
  });
});

/** True if the state has a created container with this variable. */
async function stateKnows(platform: TestPlatform, variable: string): Promise<boolean> {
  const { checkpoint } = JSON.parse(await platform.stateFile()) as {
    checkpoint: { latest: { resources: { id?: string; inputs?: { envs?: string[] } }[] } };
  };
  return checkpoint.latest.resources.some(({ id, inputs }) => id && inputs?.envs?.includes(variable));
}
