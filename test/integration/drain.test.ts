import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { TrafficKinds } from "../../dev/traffic/options.ts";
import type { Result } from "../../dev/traffic/results.ts";
import { endedEarly } from "../../dev/traffic/stays.ts";
import { startTraffic } from "../../dev/traffic/traffic.ts";
import { itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { whoAnswers } from "./support/serving.ts";

const drainSeconds = 10;
const streams = 6;

/** Requests and streams that outlast the drain, and new connections that show when the route moved. */
const longTraffic: TrafficKinds = {
  newConnection: { perSecond: 20, paths: ["/api/version"] },
  slow: { connections: 2, seconds: 20 },
  uploads: { connections: 2, bytes: 500_000, seconds: 15 },
  events: { connections: streams / 2, seconds: 600 },
  socket: { connections: streams / 2, perSecond: 6 },
  http2: { connections: 2, perSecond: 20 },
};

describe("the drain", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("drain");
    await platform.set({ "gateway.drainSeconds": String(drainSeconds) });
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  /**
   * Moves the route under long-lasting traffic, and waits until the streams of the previous release have ended.
   * @returns how they ended.
   */
  async function moved(move: () => Promise<void>): Promise<Result[]> {
    const before = await whoAnswers(platform);
    const traffic = startTraffic({
      baseUrl: platform.url,
      kinds: longTraffic,
      dropsAllowedAfterSeconds: drainSeconds,
      maxSeconds: 300,
    });
    const ended = () =>
      traffic
        .results()
        .filter(
          ({ ended, answeredBy }) => ended !== undefined && ended !== "client" && answeredBy === before,
        );
    try {
      await sleep(3000);
      await move();
      const deadline = performance.now() + 120_000;
      while (ended().length < streams && performance.now() < deadline) await sleep(200);
    } finally {
      await traffic.stop();
    }
    const failures = traffic.results().filter(({ failure }) => failure !== undefined);
    assert.deepEqual(failures, []);
    const rows = await traffic.verifyRows();
    assert.deepEqual([rows.missing, rows.duplicated, rows.unacknowledged], [[], [], []]);
    assert.ok(rows.written > 0);
    assert.deepEqual(endedEarly(traffic.results(), drainSeconds), []);
    assert.equal(ended().length, streams, "streams were opened anew before the drain ended");
    return ended();
  }

  it("of a release that goes away: streams stay until its end, then the application takes its leave", async () => {
    const ended = await moved(async () => {
      await platform.set({ "colors.blue.backendTag": "v2", "colors.blue.frontendTag": "v2" });
      await platform.up();
      assert.equal(await whoAnswers(platform), "blue v2");
    });
    assert.deepEqual(waysOf(ended), ["farewell"]);
  });

  it("of a release that stays: streams last through a switch and a rollback, and are never reset", async () => {
    const ended = await moved(async () => {
      await platform.set({ activeColor: "green" });
      await platform.up();
      assert.equal(await whoAnswers(platform), "green v1");
      await platform.set({ activeColor: "blue" });
      await platform.up();
      assert.equal(await whoAnswers(platform), "blue v2");
    });
    assert.deepEqual(waysOf(ended), ["dropped"]);
  });

  itLong("of a release that a switch gives up, since the standby is off: the same as in place", async () => {
    const ended = await moved(async () => {
      await platform.set({ activeColor: "green", standby: "off" });
      await platform.up();
      assert.equal(await whoAnswers(platform), "green v1");
    });
    assert.deepEqual(waysOf(ended), ["farewell"]);
  });
});

function waysOf(ended: Result[]): unknown[] {
  return [...new Set(ended.map((result) => result.ended))];
}
