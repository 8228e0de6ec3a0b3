import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { TestPlatform, type Step } from "../../dev/platform/platform.ts";
import { execInVolume } from "../../engine/run.ts";
import { findFiles } from "../../preflight/found-files.ts";
import { clearLeftovers } from "../../ops/recover/leftovers.ts";
import { narrator } from "../../ops/recover/narrator.ts";
import { recover } from "../../ops/recover/recover.ts";
import { filesVolumeName, prometheusContainerName } from "../../workload/names.ts";
import { killedUpdate } from "./support/killed.ts";
import { itLong } from "./support/length.ts";

const step = "monitoring-prometheus-config-content";

describe("Prometheus' configuration", function () {
  this.timeout("10m");
  let platform: TestPlatform;
  let prometheus: Docker.Container;
  let url: string;

  before(async () => {
    platform = await TestPlatform.create("reload");
    await setInterval(15);
    await platform.up();
    prometheus = platform.docker.getContainer(prometheusContainerName(`webnet-${platform.name}`));
    url = `${await platform.output("prometheusUrl")}/api/v1/status/config`;
  });

  after(async () => {
    await prometheus.kill({ signal: "SIGCONT" }).catch(() => undefined);
    await platform.stack.cancel().catch(() => undefined);
    await platform.remove();
  });

  async function setInterval(seconds: number): Promise<void> {
    await platform.set({ "monitoring.scrapeIntervalSeconds": String(seconds) });
  }

  async function interval(): Promise<string> {
    const answer = await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
    return /scrape_interval: (\w+)/.exec(answer)?.[1] ?? answer;
  }

  async function started(): Promise<string[]> {
    const { Id, State } = await prometheus.inspect();
    return [Id, State.StartedAt];
  }

  async function isPending(): Promise<boolean> {
    const containers = await platform.docker.listContainers({ all: true });
    const { files } = await findFiles(platform.docker, platform.name, containers, () =>
      Promise.resolve(undefined),
    );
    return [...files.values()].some(({ pending }) => pending);
  }

  /** Runs a shell command in the volume of the configuration. */
  async function volume(command: string): Promise<void> {
    const target = {
      image: (await prometheus.inspect()).Image,
      volume: filesVolumeName(`webnet-${platform.name}`, "prometheus"),
      labels: { "webnet.stack": platform.name, "webnet.role": "copy" },
    };
    await execInVolume(platform.docker, target, ["sh", "-ec", command]);
  }

  async function until(come: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 180_000; !(await come());) {
      assert.ok(Date.now() < deadline, "it didn't come within three minutes");
      await sleep(50);
    }
  }

  /** Kills an update to another interval in the middle of the change, while Prometheus answers nobody. */
  async function killedInTheMiddle(seconds: number): Promise<void> {
    await setInterval(seconds);
    await prometheus.kill({ signal: "SIGSTOP" });
    assert.ok(await killedUpdate(platform, () => until(isPending)), "the update ended before");
  }

  const clear = () =>
    clearLeftovers(
      platform.target,
      narrator(() => undefined, false),
    );

  const goOn = () => prometheus.kill({ signal: "SIGCONT" });
  const namesOf = (steps: Step[]): string[] => steps.map(({ name }) => name);

  it("is taken by the one that runs", async () => {
    const before = await started();
    assert.equal(await interval(), "15s");
    await setInterval(30);
    assert.deepEqual(namesOf(await platform.up()), [step]);
    assert.equal(await interval(), "30s");
    assert.deepEqual(await started(), before);
    assert.deepEqual(await platform.preview(), []);
  });

  it("is put right by the next update if one was killed in the middle, and the config was put back", async () => {
    const before = await started();
    await killedInTheMiddle(45);
    await clear();
    await goOn();
    await prometheus.kill({ signal: "SIGHUP" });
    await until(async () => (await interval()) === "45s");
    await setInterval(30);
    await platform.stack.cancel();
    assert.deepEqual(namesOf(await platform.up()), [step]);
    assert.deepEqual([await interval(), await started()], ["30s", before]);
    assert.deepEqual(await platform.up(), []);
  });

  it("is put right as well if the killed update's script went on to the end", async () => {
    await killedInTheMiddle(45);
    await clear();
    await goOn();
    await prometheus.kill({ signal: "SIGHUP" });
    await until(async () => (await interval()) === "45s");
    // What the script does last.
    await volume(`cd ..change && mv -T pending$(readlink ../..data) done`);
    assert.ok(!(await isPending()));
    await setInterval(30);
    await platform.stack.cancel();
    assert.deepEqual(namesOf(await platform.up()), [step]);
    assert.equal(await interval(), "30s");
    assert.deepEqual(await platform.preview(), []);
  });

  itLong("is put right after recover, once", async () => {
    await killedInTheMiddle(45);
    await goOn();
    await setInterval(30);
    await recover(platform.target, { report: () => undefined });
    assert.deepEqual(namesOf(await platform.up()), [step]);
    assert.equal(await interval(), "30s");
    assert.deepEqual(await platform.preview(), []);
  });
});
