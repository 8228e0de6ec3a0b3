import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { mustExec } from "../../engine/exec.ts";
import { clearLeftovers } from "../../ops/recover/leftovers.ts";
import { narrator } from "../../ops/recover/narrator.ts";
import { recover } from "../../ops/recover/recover.ts";
import { killedUpdate } from "./support/killed.ts";
import { itLong } from "./support/length.ts";
import { TestPlatform, type Step } from "../../dev/platform/platform.ts";
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

  it("after it switched the colours, and the config is reverted: the next update switches back", async () => {
    const before = await whoAnswers(platform);
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("killed");
      await platform.set({ activeColor: "green" });
      await killedWhen(async () => (await whoAnswers(platform)).startsWith("green"));
      traffic.mark("reverted");
      await platform.stack.cancel();
      await platform.set({ activeColor: "blue" });
      const inWords = (steps: Step[]): string[] => steps.map(({ op, name }) => `${op} ${name}`);
      assert.deepEqual(inWords(await platform.preview()), ["update gateway-route"]);
      assert.deepEqual(inWords(await platform.up()), ["update gateway-route"]);
      assert.equal(await whoAnswers(platform), before);
    });
    assert.deepEqual(await platform.up(), []);
  });

  it("after it moved the route to another release, and the config is reverted: the next update moves it back", async () => {
    const { before, tag } = await killedDeploy("v3");
    await withoutLoss(platform, async () => {
      await platform.set({ "colors.blue.backendTag": tag, "colors.blue.frontendTag": tag });
      await platform.up();
      assert.equal(await whoAnswers(platform), before);
    });
    assert.equal(await releasesThere(), 2);
    assert.deepEqual(await platform.up(), []);
  });

  itLong(
    "the same without the gateway's note, as by an earlier webnet: what serves is not deleted",
    async () => {
      const { before, tag } = await killedDeploy("v3");
      await withoutLoss(platform, async () => {
        const gateway = await platform.gateway();
        await mustExec(gateway, ["rm", "/etc/webnet/gateway/route.json"]);
        await platform.set({ "colors.blue.backendTag": tag, "colors.blue.frontendTag": tag });
        const refusal = await platform.failingUp();
        assert.match(refusal, /blue-[0-9a-f]{8} is kept: the gateway routes to it/);
        assert.equal(await whoAnswers(platform), "blue v3");
        assert.match(refusal, new RegExp(`npm run ops -- recover --stack ${platform.name}`));
        await recover(platform.target, { report: () => undefined });
        await platform.up();
        assert.equal(await whoAnswers(platform), before);
      });
      assert.equal(await releasesThere(), 2);
      assert.deepEqual(await platform.up(), []);
    },
  );

  /** Kills the deploy of a tag just after it moved the route, and cancels the lock. Returns what served before. */
  async function killedDeploy(next: string): Promise<{ before: string; tag: string }> {
    const before = await whoAnswers(platform);
    await withoutLoss(platform, async () => {
      await platform.set({ "colors.blue.backendTag": next, "colors.blue.frontendTag": next });
      await killedWhen(async () => (await whoAnswers(platform)) === `blue ${next}`);
      await platform.stack.cancel();
    });
    return { before, tag: before.replace("blue ", "") };
  }

  async function releasesThere(): Promise<number> {
    return [...(await platform.containers()).keys()].filter((name) => name.startsWith("backend-")).length;
  }
});

/** True if the state has a created container with this variable. */
async function stateKnows(platform: TestPlatform, variable: string): Promise<boolean> {
  const { checkpoint } = JSON.parse(await platform.stateFile()) as {
    checkpoint: { latest: { resources: { id?: string; inputs?: { envs?: string[] } }[] } };
  };
  return checkpoint.latest.resources.some(({ id, inputs }) => id && inputs?.envs?.includes(variable));
}
