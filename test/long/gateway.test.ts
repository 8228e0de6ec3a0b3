import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startTraffic, type Traffic } from "../../dev/traffic/traffic.ts";
import { otherEngine, TestEngine, withoutTestEngine } from "../integration/support/engine.ts";
import { forward } from "../integration/support/forward.ts";
import { startUpdate } from "../integration/support/killed.ts";
import { TestPlatform, type SettingPath } from "../../dev/platform/platform.ts";
import { recovered } from "../integration/support/recovered.ts";
import { shortKinds, whoAnswers, withoutLoss } from "../integration/support/serving.ts";

const rounds = 10;
/** Seconds from the start of an update to the engine's death: before, during and after the start of the new gateway. */
const deaths = [4, 7, 10];
const awaySeconds = 3;
const image = "webnet.local/nginx:1.30";
const otherTag = "1.30-other";

/** Changes that make a new gateway. Each round has other values. */
const changes: ((round: number) => Record<SettingPath, string>)[] = [
  (round) => ({ "images.nginx": round % 2 === 0 ? `webnet.local/nginx:${otherTag}` : image }),
  (round) => ({ "gateway.limits.memoryMegabytes": String(100 + round) }),
  (round) => ({ "gateway.drainSeconds": String(11 + (round % 5)) }),
];

for (const which of ["private", "other"] as const) {
  describe(`the gateway on an engine of the ${which} kind, made anew again and again`, function () {
    this.timeout("30m");
    let engine: TestEngine;
    let platform: TestPlatform;
    let round = 0;

    before(async function () {
      const reason = withoutTestEngine();
      if (reason !== undefined) {
        console.log(`      skipped: ${reason}`);
        this.skip();
      }
      const kind = which === "other" ? { kind: otherEngine() } : {};
      engine = await TestEngine.start(`gateway-${which}`, { liveRestore: true, ...kind });
      platform = await TestPlatform.create("gateways", { engineHost: engine.host });
      // In the config, so that updates which a test starts directly use this engine too.
      await platform.set({ "engine.host": engine.host });
      await platform.docker.getImage(image).tag({ repo: "webnet.local/nginx", tag: otherTag });
      await platform.up();
    });

    after(async () => {
      // Runs also if this machine can't have such an engine, and nothing was started.
      if (withoutTestEngine() !== undefined) return;
      await platform.remove();
      await engine.remove();
    });

    async function another(traffic: Pick<Traffic, "mark">): Promise<void> {
      const settings = changes[round % changes.length]?.(Math.floor(round / changes.length)) ?? {};
      round += 1;
      traffic.mark(`${round}: ${JSON.stringify(settings)}`);
      await platform.set(settings);
    }

    const manyTimes = async (traffic: Traffic): Promise<void> => {
      for (let time = 0; time < rounds; time += 1) {
        await another(traffic);
        const steps = await platform.up();
        assert.ok(steps.some(({ op, name }) => op === "create" && name.startsWith("gateway-nginx-")));
      }
    };

    it(`${rounds} times with live-restore, without losing a request`, async () => {
      await withoutLoss(platform, manyTimes, { kinds: shortKinds, maxSeconds: 1200 });
    });

    it("while the engine is killed in the middle, without losing a request that doesn't need its proxy", async () => {
      const edge = await platform.docker.getContainer(`webnet-${platform.name}-edge`).inspect();
      const [address] = Object.values(edge.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
      const direct = await forward(address ?? "", 80);
      const traffic = startTraffic({
        baseUrl: direct.url,
        kinds: shortKinds,
        host: "localhost",
        maxSeconds: 900,
      });
      try {
        for (const seconds of deaths) {
          await another(traffic);
          const update = startUpdate(platform);
          await sleep(seconds * 1000);
          await engine.kill();
          await sleep(awaySeconds * 1000);
          await engine.start();
          await update.ended;
          await recovered(platform);
          await platform.up();
          assert.deepEqual(await platform.up(), []);
        }
      } finally {
        await traffic.stop();
        await direct.close();
      }
      for (const { step, sent, failures } of traffic.summaries()) {
        assert.deepEqual(failures, {}, step);
        assert.ok(sent > 0, step);
      }
    });

    it(`${rounds} times without live-restore, without losing a request`, async () => {
      await engine.kill();
      await engine.start(false);
      await platform.up();
      await withoutLoss(platform, manyTimes, { kinds: shortKinds, maxSeconds: 1200 });
      assert.equal(await whoAnswers(platform), "blue v1");
    });
  });
}
