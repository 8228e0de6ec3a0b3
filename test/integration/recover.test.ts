import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { runningGateway } from "../../gateway/live.ts";
import { findLeftovers } from "../../ops/recover/leftovers.ts";
import { findLocks } from "../../pulumi/lock.ts";
import { readState, resourcesOf } from "../../pulumi/state.ts";
import { recover } from "../../ops/recover/recover.ts";
import { killedUpdate, startUpdate, type RunningUpdate } from "./support/killed.ts";
import { howMany } from "./support/length.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import { recovered } from "./support/recovered.ts";
import { lightProbe, servingContainer, whoAnswers, withoutLoss } from "./support/serving.ts";
import { pulumiLine } from "../../settings/commands.ts";

const kills = howMany(2, 20);

interface StateFile {
  checkpoint: { latest: { resources: { type: string; outputs?: Record<string, string> }[] } };
}

interface StateResource {
  urn: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
}

describe("recover", function () {
  this.timeout("30m");
  let platform: TestPlatform;

  async function backends(): Promise<string[]> {
    return [...(await platform.containers()).keys()].filter((name) => name.startsWith("backend-")).sort();
  }

  async function wantedBackends(): Promise<string[]> {
    const { resources } = (JSON.parse(await platform.stateFile()) as StateFile).checkpoint.latest;
    const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
    return [outputs?.["release"], outputs?.["standbyRelease"]]
      .map((release) => `backend-${release ?? ""}`)
      .sort();
  }

  before(async () => {
    platform = await TestPlatform.create("recover");
    await platform.up();
  });

  after(async () => {
    await recover(platform.target, { report: () => undefined }).catch(() => undefined);
    await platform.remove();
  });

  it("does nothing to a healthy platform", async () => {
    const before = await platform.stateFile();
    assert.deepEqual(await recovered(platform), { found: false, next: "Nothing to heal.", lines: [] });
    assert.equal(await platform.stateFile(), before);
  });

  it("refuses while an update runs, as a second update does, and disturbs nothing", async () => {
    await platform.set(deploy(0));
    const first = startUpdate(platform);
    await lockTaken();
    const second = await startUpdate(platform).ended;
    assert.notEqual(second.code, 0);
    assert.match(second.output, new RegExp(`currently locked by 1 lock[^]*\\(pid ${first.pid}\\)`));
    await assert.rejects(
      recovered(platform),
      new RegExp(`an update of \\S+ runs: \\S+@\\S+, process ${first.pid}, since`),
    );
    const { code, output } = await first.ended;
    assert.equal(code, 0, output);
    assert.equal(await whoAnswers(platform), answerOf(0));
    assert.deepEqual(await platform.preview(), []);
  });

  it(`heals an update that was killed at ${kills} moments of a deploy, while the platform serves`, async () => {
    const measured = await measuredDeploy(1);
    let killed = 0;
    await withoutLoss(
      platform,
      async (traffic) => {
        for (let kill = 0; kill < kills; kill += 1) {
          const step = kill + 2;
          await platform.set(deploy(step));
          traffic.mark(`kill ${kill}`);
          const fraction = (kill + 0.5) / kills;
          // Kill by printed lines and by time in turn: an update prints nothing while it waits.
          const moment =
            kill % 2 === 0 ? atLine(fraction * measured.lines) : atTime(fraction * measured.milliseconds);
          if (await killedUpdate(platform, moment)) killed += 1;
          // Every third time the operator reverts the config.
          const wanted = kill % 3 === 2 ? step - 1 : step;
          if (wanted !== step) await platform.set(deploy(wanted));
          const { lines } = await recovered(platform);
          try {
            assert.deepEqual(await findLeftovers(platform.target), []);
            await platform.up();
            assert.equal(await whoAnswers(platform), answerOf(wanted));
            assert.deepEqual(await backends(), await wantedBackends());
          } catch (error) {
            throw new Error(`after kill ${kill}, healed by:\n${lines.join("\n")}`, { cause: error });
          }
        }
      },
      { kinds: lightProbe, maxSeconds: 1700 },
    );
    assert.ok(killed >= kills / 2, `only ${killed} of ${kills} updates were killed before they ended`);
    assert.deepEqual(await platform.up(), []);
    assert.deepEqual(await recovered(platform), { found: false, next: "Nothing to heal.", lines: [] });
  });

  it("removes a container that was made and not written down", async () => {
    const standby = await platform.output("standbyRelease");
    const serving = await servingContainer(platform);
    await unwrite(standby);
    assert.match(
      await platform.failingUp(),
      new RegExp(`${standby}[^]*npm run ops -- recover --stack ${platform.name}`),
    );
    const { lines, next } = await recovered(platform);
    assert.match(lines.join("\n"), new RegExp(`Neither the route nor the state knows:\n  \\S+${standby} `));
    assert.equal(next, `Left to do: ${pulumiLine("up", platform.target)}`);
    await platform.up();
    assert.equal(await servingContainer(platform), serving);
    assert.deepEqual(await backends(), await wantedBackends());
    assert.deepEqual(await platform.up(), []);
  });

  it("is not excused by a route that was replaced: the gateway has no note that it was given up", async () => {
    await platform.stack.up({ replace: [await urnOf("gateway-route")] });
    const running = await runningGateway(platform.docker, platform.name);
    assert.equal(await running?.gateway.wasUnrouted(), false);
    assert.deepEqual(await platform.up(), []);
  });

  it("takes a serving release that the state has forgotten back into it, as it is", async () => {
    const before = await platform.containers();
    const release = await platform.output("release");
    await forget(release);
    assert.match(await platform.failingUp(), new RegExp(`${release}[^]*npm run ops -- recover`));
    const { lines } = await recovered(platform);
    assert.match(lines.join("\n"), new RegExp(`doesn't know, and it runs:\n  \\S+${release}\n`));
    await platform.up();
    assert.deepEqual(await platform.containers(), before);
    assert.deepEqual(await platform.up(), []);
  });

  async function measuredDeploy(step: number): Promise<{ lines: number; milliseconds: number }> {
    await platform.set(deploy(step));
    const start = Date.now();
    const update = startUpdate(platform);
    const { code, output } = await update.ended;
    assert.equal(code, 0, output);
    return { lines: update.lines(), milliseconds: Date.now() - start };
  }

  async function lockTaken(): Promise<void> {
    while ((await findLocks(platform.target)).length === 0) await sleep(50);
  }

  async function urnOf(name: string): Promise<string> {
    const finding = await readState(platform.target);
    assert.ok(finding.kind === "known");
    const resource = resourcesOf(finding.state).find(({ urn }) => urn.endsWith(`::${name}`));
    assert.ok(resource !== undefined);
    return resource.urn;
  }

  /** Leaves the state of an update that was killed after it made a release's container and before it recorded it. */
  async function unwrite(release: string): Promise<void> {
    const exported = await platform.stack.exportStack();
    const deployment = exported.deployment as { resources: StateResource[] };
    const isOfRelease = (urn: string) => urn.includes(`::application-${release}-backend`);
    deployment.resources = deployment.resources
      .filter(({ urn }) => !isOfRelease(urn))
      .map(({ dependencies = [], propertyDependencies = {}, ...resource }) => ({
        ...resource,
        dependencies: dependencies.filter((urn) => !isOfRelease(urn)),
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies).map(([property, urns]) => [
            property,
            (urns ?? []).filter((urn) => !isOfRelease(urn)),
          ]),
        ),
      }));
    await platform.stack.importStack(exported);
  }

  /** Removes a release's container, and what depends on it, from the state. */
  async function forget(release: string): Promise<void> {
    const urn = await urnOf(`application-${release}-backend`);
    const deletion = await platform.target.pulumi(["state", "delete", urn, "--target-dependents", "--yes"]);
    assert.equal(deletion.exitCode, 0, deletion.stderr);
  }
});

/** The settings of one deploy in a row: each puts another tag on the other colour and switches to it. */
function deploy(step: number): Record<string, string> {
  const color = colorOf(step);
  const tag = tagOf(step);
  return { activeColor: color, [`colors.${color}.backendTag`]: tag, [`colors.${color}.frontendTag`]: tag };
}

function answerOf(step: number): string {
  return `${colorOf(step)} ${tagOf(step)}`;
}

function colorOf(step: number): string {
  return step % 2 === 0 ? "green" : "blue";
}

function tagOf(step: number): string {
  return ["v2", "v3", "v1"][step % 3] ?? "v1";
}

function atLine(line: number): (update: RunningUpdate) => Promise<void> {
  return async ({ lines }) => {
    while (lines() < line) await sleep(20);
  };
}

function atTime(milliseconds: number): () => Promise<void> {
  return async () => {
    await sleep(milliseconds);
  };
}
