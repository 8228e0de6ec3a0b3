import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { startTraffic } from "../../dev/traffic/traffic.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { howMany, itLong } from "./support/length.ts";
import { startOps } from "./support/ops.ts";
import { shortKinds, whoAnswers, withoutLoss } from "./support/serving.ts";

const kills = howMany(3, 10);
/** Requests that only read, among them some that take long. */
const reading = {
  keepAlive: { connections: 16, perSecond: 40 },
  newConnection: { perSecond: 10 },
  slow: { connections: 4, seconds: 3 },
};

describe("two containers of a release", function () {
  this.timeout("8m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("replicas");
    await platform.set({ "backend.replicas": "2" });
    await platform.up();
  });

  after(async () => {
    await platform.remove();
  });

  async function containers(): Promise<Docker.Container[]> {
    const first = await platform.activeContainer();
    const { Name } = await first.inspect();
    return [first, platform.docker.getContainer(`${Name.slice(1)}-2`)];
  }

  /** Ends a container's program as a crash does, and waits until it is healthy again. */
  async function crash(container: Docker.Container): Promise<void> {
    const before = await container.inspect();
    process.kill(before.State.Pid, "SIGKILL");
    const deadline = Date.now() + 60_000;
    for (;;) {
      const { State, RestartCount } = await container.inspect();
      if (RestartCount > before.RestartCount && State.Health?.Status === "healthy") return;
      assert.ok(Date.now() < deadline, `it is ${State.Status} and ${State.Health?.Status ?? ""}`);
      await sleep(100);
    }
  }

  it("both serve, and change nothing at a second update", async () => {
    const used = new Set<string>();
    for (let at = 0; at < 20; at += 1) {
      const answer = await fetch(`${platform.url}/api/version`, { headers: { connection: "close" } });
      assert.equal(answer.status, 200);
      await answer.arrayBuffer();
    }
    for (const container of await containers()) {
      const { NetworkSettings, Config } = await container.inspect();
      used.add(Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? "");
      assert.equal(
        Config.Env.includes("WEBNET_REPLICA=2"),
        container !== (await containers())[0] && used.size === 2,
      );
    }
    const log = await (await platform.gateway()).logs({ stdout: true, stderr: false, tail: 200 });
    for (const address of used)
      assert.ok(log.toString().includes(`"upstream_addr":"${address}:8080"`), address);
    assert.deepEqual(await platform.up(), []);
  });

  it("stand in for each other: one ends, and no request that only reads is lost", async () => {
    await withoutLoss(
      platform,
      async () => {
        for (let at = 0; at < kills; at += 1) {
          const one = (await containers())[at % 2];
          assert.ok(one);
          await crash(one);
        }
      },
      { kinds: reading, maxSeconds: 400 },
    );
  });

  itLong("lose what changes something only where it was inside the one that ended", async () => {
    const [first] = await containers();
    assert.ok(first);
    const traffic = startTraffic({
      baseUrl: platform.url,
      kinds: { rows: { connections: 8, perSecond: 40 } },
      maxSeconds: 120,
    });
    const ended: number[] = [];
    try {
      await sleep(1000);
      for (let at = 0; at < 10; at += 1) {
        ended.push(performance.now());
        await crash(first);
      }
    } finally {
      await traffic.stop();
    }
    const failed = traffic.results().filter(({ failure }) => failure !== undefined);
    for (const { start, milliseconds, failure } of failed) {
      const wasInside = ended.some((at) => start <= at + 500 && start + milliseconds >= at - 500);
      assert.ok(wasInside, `${failure} of a request that began at ${start} and took ${milliseconds} ms`);
    }
    assert.ok(failed.length <= 8 * ended.length, String(failed.length));
    const rows = await traffic.verifyRows();
    assert.deepEqual([rows.missing, rows.duplicated], [[], []]);
  });

  it("say so in the status where one of them is down", async () => {
    const [, second] = await containers();
    assert.ok(second);
    await second.stop();
    const { exitCode, output } = await startOps(platform, "status").ended;
    assert.equal(exitCode, 0, output);
    assert.match(output, /-2 doesn't serve \(Exited[^)]*\).*: the others get its requests/);
    await second.start();
  });

  it("move together, become one, and two again, without losing a request", async () => {
    await withoutLoss(
      platform,
      async (traffic) => {
        traffic.mark("switch");
        await platform.set({ activeColor: "green" });
        await platform.up();
        assert.match(await whoAnswers(platform), /^green/);
        traffic.mark("one");
        await platform.set({ "backend.replicas": "1" });
        await platform.up();
        traffic.mark("two");
        await platform.set({ "backend.replicas": "2" });
        await platform.up();
      },
      { kinds: shortKinds, maxSeconds: 600 },
    );
    assert.deepEqual(await platform.up(), []);
  });
});
