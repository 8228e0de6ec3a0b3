import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../host/project.ts";
import { localPaths, childEnvironment } from "../../dev/toolchain/environment.ts";
import { failingOps, ops } from "./support/ops.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";

const run = promisify(execFile);

describe("bad input", function () {
  this.timeout("5m");
  let platform: TestPlatform;

  before(async () => {
    platform = await TestPlatform.create("input");
  });

  after(async () => {
    await platform.remove();
  });

  it("lists every wrong setting at once, and makes nothing", async () => {
    await platform.set({ activeColor: "red", "gateway.httpPort": "70000", "colors.green.backendTagg": "v1" });
    const output = await platform.failingUp();
    assert.match(output, /has 3 problems/);
    assert.match(output, /webnet:activeColor[\s\S]*"red"[\s\S]*blue or green/);
    assert.match(output, /webnet:gateway\.httpPort[\s\S]*70000[\s\S]*1 to 65535/);
    assert.match(output, /did you mean webnet:colors\.green\.backendTag\?/);
    assert.equal((await platform.containers()).size, 0);
    await platform.set({ activeColor: "blue", "gateway.httpPort": new URL(platform.url).port });
    await platform.unset("colors.green.backendTagg");
  });

  it("says that an engine doesn't answer", async () => {
    await platform.set({ "engine.host": "unix:///nowhere/docker.sock" });
    const output = await platform.failingUp();
    assert.match(output, /webnet:engine\.host[\s\S]*the Docker engine doesn't answer/);
    await platform.unset("engine.host");
  });

  it("never takes over a network that isn't ours, and adopts it when told", async () => {
    const name = `webnet-${platform.name}`;
    const network = await platform.docker.createNetwork({ Name: name });
    try {
      const output = await platform.failingUp();
      assert.match(
        output,
        /webnet:network\.name[\s\S]*a network of this name is on the engine and isn't ours/,
      );
      const checked = await failingOps(platform, "check", "pre");
      assert.match(foundIn(output) ?? "", /^webnet:network\.name\n/);
      assert.equal(foundIn(checked), foundIn(output));
      await platform.set({ "network.adopt": "true" });
      const plan = await platform.preview();
      assert.ok(!plan.some(({ type }) => type === "docker:index/network:Network"));
    } finally {
      await network.remove();
      await platform.set({ "network.adopt": "false" });
    }
  });

  it("is looked for before an update as well, by a command that makes nothing", async () => {
    assert.match(await ops(platform, "check", "pre"), /^Nothing stands in the way of an update of /m);
    await platform.set({ "colors.blue.backendTag": "not-there" });
    const output = await failingOps(platform, "check", "pre");
    assert.match(
      output,
      /has a problem; nothing was touched:\n\nwebnet:colors\.blue\.backendTag\n[^]*not-there/,
    );
    await platform.set({ "colors.blue.backendTag": "v1" });
    assert.equal((await platform.containers()).size, 0);
  });

  it("tells a stack without config what to do", async () => {
    const stack = `test-empty-${process.pid}`;
    await pulumi(["stack", "init", stack]);
    try {
      const output = await failing(["preview", "--stack", stack]);
      assert.match(output, /has no configuration/);
      assert.match(output, /cp Pulumi\.prod\.yaml/);
    } finally {
      await pulumi(["stack", "rm", "--yes", stack]);
    }
  });

  it("refuses a wrong passphrase", async () => {
    const env = { PULUMI_CONFIG_PASSPHRASE: "wrong", PULUMI_CONFIG_PASSPHRASE_FILE: "" };
    const output = await failing(["preview", "--stack", platform.name], env);
    assert.match(output, /incorrect passphrase/);
  });

  /** The problem in an output, without the text around it. */
  function foundIn(output: string): string | undefined {
    return /^ *(webnet:network\.name\n[^]*?fix:[^]*?)\n *\n/m
      .exec(`${output}\n\n`)?.[1]
      ?.replaceAll(/^ +/gm, "");
  }

  /** Runs the Pulumi CLI in the folder of the platform's stack config. */
  async function pulumi(args: string[], env: Record<string, string> = {}): Promise<string> {
    const { stdout, stderr } = await run(join(localPaths.bin, "pulumi"), [...args, "--non-interactive"], {
      cwd: platform.stack.workspace.workDir,
      env: { ...childEnvironment(), ...env },
    });
    return stdout + stderr;
  }

  async function failing(args: string[], env: Record<string, string> = {}): Promise<string> {
    try {
      await pulumi(args, env);
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return stdout + stderr;
    }
    throw new Error(`pulumi ${args.join(" ")} was expected to fail`);
  }
});

describe("the production stack", function () {
  this.timeout("5m");

  it("plans the whole platform, with no secret in what it prints", async () => {
    const platform = await TestPlatform.create("prod", { config: join(projectRoot, "Pulumi.prod.yaml") });
    try {
      const password = "correct-horse-battery-staple";
      await platform.set({ "registry.address": "ghcr.io", "registry.username": "deployer" });
      await platform.stack.setConfig("webnet:registryPassword", { value: password, secret: true });
      const preview = await platform.stack.preview({ diff: true });
      const made = preview.changeSummary.create ?? 0;
      assert.ok(made > 40, `${made} resources`);
      assert.match(preview.stdout, /webnet:stacks:Gateway/);
      assert.ok(!(preview.stdout + preview.stderr).includes(password));
    } finally {
      await platform.remove();
    }
  });
});
