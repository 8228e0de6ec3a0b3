import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerInspectInfo } from "dockerode";
import { steadyTraffic } from "../../dev/traffic/options.ts";
import { startTraffic, type Traffic } from "../../dev/traffic/traffic.ts";
import { TestEngine, withoutTestEngine } from "./support/engine.ts";
import { forward } from "./support/forward.ts";
import { splitFrames } from "../../engine/frames.ts";
import { isLong, itLong } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { recovered } from "./support/recovered.ts";
import { sshdAccess } from "./support/sshd.ts";
import { whoServes } from "./support/who-serves.ts";
import { whoAnswers, withoutLoss } from "./support/serving.ts";

const backSeconds = 120;
const awaySeconds = 20;
/** What a killed engine had read and not yet written: at most a pipe full of lines, of some 500 bytes. */
const mostLostLines = 200;

describe("an engine that is reached by TCP and ssh, and that crashes", function () {
  this.timeout("15m");
  let engine: TestEngine;
  let platform: TestPlatform;
  let ownEngine: TestPlatform["docker"];

  before(async function () {
    const reason = withoutTestEngine();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    engine = await TestEngine.start("test", { liveRestore: true });
    platform = await TestPlatform.create("engine");
    ownEngine = platform.docker;
    await platform.set({ "engine.host": engine.tcpHost });
    platform.docker = engine.docker;
    await platform.up();
  });

  after(async () => {
    // Runs also if this machine can't have such an engine, and nothing was started.
    if (withoutTestEngine() !== undefined) return;
    await platform.remove();
    await engine.remove();
  });

  it("carries the whole platform by webnet:engine.host, and the engine of DOCKER_HOST none of it", async () => {
    const label = [`webnet.stack=${platform.name}`];
    assert.deepEqual(await ownEngine.listContainers({ all: true, filters: { label } }), []);
    assert.equal((await platform.containers()).size, 9);
    assert.deepEqual(await platform.up(), []);
  });

  it("is switched on, and gets new tags, without losing a request", async () => {
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("switch");
      await platform.set({ activeColor: "green" });
      if (isLong) {
        await platform.up();
        assert.equal(await whoAnswers(platform), "green v1");
        traffic.mark("in place");
      }
      await platform.set({ "colors.green.backendTag": "v2", "colors.green.frontendTag": "v2" });
      await platform.up();
      assert.equal(await whoAnswers(platform), "green v2");
    });
  });

  it("with live-restore: a crash stops nothing, and no request is lost that doesn't need the engine's proxy", async () => {
    const before = await starts(platform);
    const edge = await platform.docker.getContainer(`webnet-${platform.name}-edge`).inspect();
    const [address] = Object.values(edge.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    const direct = await forward(address ?? "", 80);
    const linesBefore = await gatewayLines(platform);
    const traffic = startTraffic({ baseUrl: direct.url, kinds: steadyTraffic, host: "localhost" });
    try {
      await engine.kill();
      // In a second, the lines about these requests fill the pipe to the engine.
      await sleep(awaySeconds * 1000);
      await engine.start();
    } finally {
      await traffic.stop();
      await direct.close();
    }
    const [summary] = traffic.summaries();
    assert.deepEqual(summary?.failures, {});
    assert.ok(summary.sent > awaySeconds * 50, `${summary.sent} requests`);
    assert.ok(summary.max < (awaySeconds * 1000) / 2, `one took ${summary.max} ms`);
    const leastLines = linesBefore + summary.sent - mostLostLines;
    for (let left = 20; (await gatewayLines(platform)) < leastLines; left -= 1) {
      assert.ok(
        left > 0,
        `${(await gatewayLines(platform)) - linesBefore} lines for ${summary.sent} requests`,
      );
      await sleep(500);
    }
    assert.deepEqual(await starts(platform), before);
    await returned(platform);
    assert.equal(await whoAnswers(platform), "green v2");
    assert.deepEqual(await platform.up(), []);
  });

  it("after the host's reboot the platform serves unaided, with its data and its route", async () => {
    const rows = await writtenRows(platform);
    await engine.reboot();
    await returned(platform);
    assert.equal(await whoAnswers(platform), "green v2");
    await allFound(rows);
    await allKnowWhoServes(platform);
    assert.deepEqual(await platform.up(), []);
  });

  itLong("without live-restore: its next start brings everything back after a crash", async () => {
    await engine.kill();
    await engine.start(false);
    await returned(platform);
    const before = await starts(platform);
    const rows = await writtenRows(platform);
    await engine.kill();
    await engine.start();
    await returned(platform);
    assert.notDeepEqual(await starts(platform), before);
    assert.equal(await whoAnswers(platform), "green v2");
    await allFound(rows);
    await allKnowWhoServes(platform);
    assert.deepEqual(await platform.up(), []);
  });

  it("serves on after all that: a switch loses nothing", async () => {
    await withoutLoss(platform, async () => {
      await platform.set({ activeColor: "blue" });
      await platform.up();
    });
    assert.equal(await whoAnswers(platform), "blue v1");
  });

  it("is reached by ssh as well, over few logins: another address of the same engine touches no container, and is switched by", async () => {
    const { envVars } = platform.stack.workspace;
    // Stricter than most servers: with two pending logins it drops half of the new ones, with four all.
    const ssh = await sshdAccess(engine.paths, envVars["PATH"] ?? "", "2:50:4");
    try {
      Object.assign(envVars, ssh.environment);
      const before = await starts(platform);
      await withoutLoss(platform, async (traffic) => {
        traffic.mark("another address");
        await platform.set({ "engine.host": ssh.host });
        await platform.up();
        assert.deepEqual(await starts(platform), before);
        traffic.mark("switch");
        await platform.set({ activeColor: "green" });
        await platform.up();
        assert.match(await whoAnswers(platform), /^green /);
      });
      assert.deepEqual(await platform.up(), []);
      assert.ok(ssh.logins() <= 4, `${ssh.logins()} logins`);
    } finally {
      await ssh.close();
    }
  });
});

/** Checks that both backends know which release serves. */
async function allKnowWhoServes(platform: TestPlatform): Promise<void> {
  const told = Object.values(await whoServes(platform));
  assert.equal(told.length, 2);
  assert.deepEqual(new Set(told), new Set([await platform.output("release")]));
}

/** The number of access log lines that the engine has of the gateway. */
async function gatewayLines(platform: TestPlatform): Promise<number> {
  const label = [`webnet.stack=${platform.name}`, "webnet.role=gateway"];
  const [gateway] = await platform.docker.listContainers({ filters: { label } });
  assert.ok(gateway);
  const which = { stdout: true, stderr: false, follow: false } as const;
  const log = await platform.docker.getContainer(gateway.Id).logs(which);
  return splitFrames(log).stdout.split("\n").length;
}

/** The start time of each container, by its id. */
async function starts(platform: TestPlatform): Promise<Record<string, string>> {
  const ids = [...(await platform.containers()).values()];
  const inspected = await Promise.all(ids.map((id) => platform.docker.getContainer(id).inspect()));
  return Object.fromEntries(inspected.map(({ Id, State }) => [Id, State.StartedAt]));
}

/**
 * Waits until every container is healthy and the platform answers through its published ports. If the engine tried to
 * start nginx before its edge, the start failed and the engine doesn't try again. Then the edge's own nginx answers,
 * and `recover` starts the gateway's.
 */
async function returned(platform: TestPlatform): Promise<void> {
  const refused = await back(platform, ({ State }) => /non running container/.test(State.Error));
  if (refused.length === 0) return;
  await recovered(platform);
  await back(platform, () => false);
}

/** Waits for all containers except the excused ones, and returns those. */
async function back(
  platform: TestPlatform,
  isExcused: (inspected: ContainerInspectInfo) => boolean,
): Promise<ContainerInspectInfo[]> {
  const deadline = Date.now() + backSeconds * 1000;
  for (;;) {
    const ids = [...(await platform.containers()).values()];
    const inspected = await Promise.all(ids.map((id) => platform.docker.getContainer(id).inspect()));
    const excused = inspected.filter(isExcused);
    const down = inspected.filter((one) => one.State.Health?.Status !== "healthy" && !excused.includes(one));
    const answered = await Promise.all(
      [`${platform.url}/api/actuator/health`, `${platform.url}/`, await prometheus(platform)].map(isUp),
    );
    if (down.length === 0 && answered.every(Boolean)) return excused;
    const names = down.map(({ Name, State }) => `${Name} ${State.Health?.Status ?? State.Status}`);
    assert.ok(Date.now() < deadline, `not back: ${names.join(", ")}; answers: ${answered.join(", ")}`);
    await sleep(500);
  }
}

async function prometheus(platform: TestPlatform): Promise<string> {
  return `${await platform.output("prometheusUrl")}/-/ready`;
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Writes rows through the gateway, for {@link allFound}. */
async function writtenRows(platform: TestPlatform): Promise<Traffic> {
  const kinds = { rows: { connections: 2, perSecond: 40 } };
  const traffic = startTraffic({ baseUrl: platform.url, kinds });
  await sleep(2000);
  await traffic.stop();
  assert.deepEqual(traffic.summaries()[0]?.failures, {});
  return traffic;
}

async function allFound(traffic: Traffic): Promise<void> {
  const { written, missing, duplicated } = await traffic.verifyRows();
  assert.ok(written > 10);
  assert.deepEqual({ missing, duplicated }, { missing: [], duplicated: [] });
}
