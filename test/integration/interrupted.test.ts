import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment, localPaths } from "../../toolchain/environment.ts";
import { endProcesses, processesUnder } from "../../toolchain/processes.ts";
import { TestPlatform } from "./support/platform.ts";
import { servingContainer, whoAnswers, withoutLoss } from "./support/serving.ts";

describe("an update that is killed", function () {
  this.timeout("10m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("killed");
    await platform.up();
  });

  after(async () => {
    await platform.stack.cancel().catch(() => undefined);
    await platform.remove();
  });

  it("while it waits for the new release: pulumi cancel, and the next update converges", async () => {
    const serving = await servingContainer(platform);
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("killed");
      await platform.set({ "colors.blue.backendTag": "v2", "colors.blue.frontendTag": "v2" });
      await killedUpdate(platform, () => stateKnows(platform, "APP_VERSION=v2"));
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
    await withoutLoss(platform, async (traffic) => {
      traffic.mark("killed");
      await platform.set({ "colors.blue.backendTag": "v3", "colors.blue.frontendTag": "v3" });
      await killedUpdate(platform, async () => (await whoAnswers(platform)) === "blue v3");
      traffic.mark("reverted");
      await platform.stack.cancel();
      await platform.set({ "colors.blue.backendTag": "v2", "colors.blue.frontendTag": "v2" });
      const refusal = await platform.failingUp();
      assert.match(refusal, /blue-[0-9a-f]{8} is kept: the gateway routes to it/);
      assert.equal(await whoAnswers(platform), "blue v3");
      const urn = /--replace '([^']+)'/.exec(refusal)?.[1];
      assert.ok(urn !== undefined);
      traffic.mark("healed");
      await platform.stack.up({ replace: [urn] });
      assert.equal(await whoAnswers(platform), "blue v2");
    });
    const names = [...(await platform.containers()).keys()].filter((name) => name.startsWith("backend-"));
    assert.equal(names.length, 2, names.join(", "));
    assert.deepEqual(await platform.up(), []);
  });
});

/** Whether a container with this variable stands in the state, made and written down. */
async function stateKnows(platform: TestPlatform, variable: string): Promise<boolean> {
  const { checkpoint } = JSON.parse(await platform.stateFile()) as {
    checkpoint: { latest: { resources: { id?: string; inputs?: { envs?: string[] } }[] } };
  };
  return checkpoint.latest.resources.some(({ id, inputs }) => id && inputs?.envs?.includes(variable));
}

/** Starts an update and kills it, with all that it started, as soon as `moment` has come. */
async function killedUpdate(platform: TestPlatform, moment: () => Promise<boolean>): Promise<void> {
  const running = new Set(pulumiProcesses());
  const update = spawn(
    join(localPaths.bin, "pulumi"),
    ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", platform.name],
    { cwd: platform.stack.workspace.workDir, env: childEnvironment(), stdio: "ignore", detached: true },
  );
  const ended = once(update, "exit");
  while (!(await moment())) {
    assert.equal(update.exitCode, null, "the update ended before it could be killed");
    await sleep(50);
  }
  assert.ok(update.pid !== undefined);
  process.kill(-update.pid, "SIGKILL");
  await ended;
  // The plugins are in groups of their own, and outlive the update.
  await endProcesses(
    pulumiProcesses().filter((pid) => !running.has(pid)),
    1,
  );
}

function pulumiProcesses(): number[] {
  return [localPaths.bin, localPaths.pulumiHome].flatMap(processesUnder);
}
