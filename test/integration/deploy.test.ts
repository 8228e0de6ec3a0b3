import assert from "node:assert/strict";
import { itLong } from "./support/length.ts";
import { TestPlatform, type Step } from "../../dev/platform/platform.ts";
import { servingContainer, whoAnswers, withoutLoss } from "./support/serving.ts";

describe("a deploy", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("deploy");
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  it("serves the active colour's backend and frontend", async () => {
    assert.equal(await whoAnswers(platform), "blue v1");
    const page = await (await fetch(platform.url)).text();
    assert.match(page, /<meta name="webnet-version" content="v1"/);
  });

  it("changes nothing when it is run again, also after a refresh", async () => {
    assert.deepEqual(await platform.up(), []);
    await platform.stack.refresh();
    assert.deepEqual(await platform.up(), []);
    await platform.stack.refresh();
    assert.deepEqual(await platform.preview(), []);
  });

  it("keeps what serves as it is where somebody gave it other limits by hand, also after a refresh", async () => {
    const serving = await servingContainer(platform);
    const container = await platform.activeContainer();
    const bytes = 200 * 1024 * 1024;
    await container.update({ Memory: bytes, MemorySwap: bytes, NanoCpus: 500_000_000 });
    await platform.stack.refresh();
    assert.deepEqual(summary(await platform.preview()), []);
    assert.deepEqual(await platform.up(), []);
    assert.equal(await servingContainer(platform), serving);
  });

  it("plans a switch to a warm standby as one update of the route", async () => {
    await platform.set({ activeColor: "green" });
    assert.deepEqual(summary(await platform.preview()), ["update gateway-route"]);
    await platform.set({ activeColor: "blue" });
  });

  it("switches and rolls back without losing a request", async () => {
    await withoutLoss(platform, async (traffic) => {
      const before = await platform.containers();
      traffic.mark("switch");
      await platform.set({ activeColor: "green" });
      assert.deepEqual(summary(await platform.up()), ["update gateway-route"]);
      assert.equal(await whoAnswers(platform), "green v1");
      traffic.mark("rollback");
      await platform.set({ activeColor: "blue" });
      assert.deepEqual(summary(await platform.up()), ["update gateway-route"]);
      assert.equal(await whoAnswers(platform), "blue v1");
      assert.deepEqual(await platform.containers(), before);
    });
  });

  it("deploys a new tag to the standby without touching what serves, then switches to it", async () => {
    await withoutLoss(platform, async (traffic) => {
      const serving = await servingContainer(platform);
      traffic.mark("standby");
      await platform.set({ "colors.green.backendTag": "v2", "colors.green.frontendTag": "v2" });
      await platform.up();
      assert.equal(await servingContainer(platform), serving);
      assert.equal(await whoAnswers(platform), "blue v1");
      traffic.mark("switch");
      await platform.set({ activeColor: "green" });
      await platform.up();
      assert.equal(await whoAnswers(platform), "green v2");
    });
  });

  it("plans a tag change as one release created, one deleted and the route updated", async () => {
    await platform.set({ "colors.green.backendTag": "v3", "colors.green.frontendTag": "v3" });
    const plan = await platform.preview();
    const releases = plan.filter(({ type }) => type === "webnet:release:Release").map(({ op }) => op);
    assert.deepEqual(releases.sort(), ["create", "delete"]);
    const rest = plan.filter(({ name }) => !/^application-green-[0-9a-f]{8}/.test(name));
    assert.deepEqual(summary(rest), ["update gateway-route"]);
    assert.ok(!plan.some(({ op }) => op.includes("replace")));
  });

  it("changes the active colour's tag in place, both ways, without losing a request", async () => {
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("forward");
      await platform.up();
      assert.equal(await whoAnswers(platform), "green v3");
      traffic.mark("back");
      await platform.set({ "colors.green.backendTag": "v2", "colors.green.frontendTag": "v2" });
      await platform.up();
      assert.equal(await whoAnswers(platform), "green v2");
    });
    assert.deepEqual(await platform.up(), []);
  });

  itLong("runs the active colour alone where the standby is off, and switches all the same", async () => {
    await platform.set({ standby: "off" });
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("standby off");
      await platform.up();
      assert.equal(backends(await platform.containers()), 1);
      traffic.mark("switch");
      await platform.set({ activeColor: "blue" });
      await platform.up();
      assert.equal(await whoAnswers(platform), "blue v1");
    });
    assert.equal(backends(await platform.containers()), 1);
  });
});

function summary(steps: Step[]): string[] {
  return steps.map(({ op, name }) => `${op} ${name}`);
}

function backends(containers: Map<string, string>): number {
  return [...containers.keys()].filter((name) => name.startsWith("backend-")).length;
}
