import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  clearLeftovers,
  enginePortOf,
  findLeftovers,
  isScriptOf,
} from "../../../../ops/recover/leftovers.ts";
import { narrator } from "../../../../ops/recover/narrator.ts";
import { Target } from "../../../../ops/target.ts";

const plugin = {
  pid: 1,
  program: "/home/ann/.pulumi/plugins/resource-docker-v5.2.0/pulumi-resource-docker",
  argv: ["/home/ann/.pulumi/plugins/resource-docker-v5.2.0/pulumi-resource-docker", "127.0.0.1:40169"],
  environment: [],
  directory: "/srv/webnet",
};

describe("what a killed update left running", () => {
  it("is a plugin of this program, known by the engine that it answers to", () => {
    assert.equal(enginePortOf(plugin, "/srv/webnet"), 40169);
    assert.equal(
      enginePortOf({ ...plugin, program: "/usr/bin/pulumi-language-nodejs" }, "/srv/webnet"),
      40169,
    );
  });

  it("is the program itself, which the language host had started", () => {
    const program = {
      ...plugin,
      program: "/usr/bin/node",
      argv: [
        "/usr/bin/node",
        "/srv/webnet/node_modules/@pulumi/pulumi/cmd/run/index.js",
        ...["--monitor", "127.0.0.1:40001", "--engine", "127.0.0.1:40002"],
      ],
    };
    assert.equal(enginePortOf(program, "/srv/webnet"), 40002);
    assert.equal(enginePortOf(program, "/srv/other"), undefined);
    assert.equal(enginePortOf({ ...program, argv: program.argv.slice(0, 2) }, "/srv/webnet"), undefined);
  });

  it("is no plugin of another program, nor one that names no engine, nor another process", () => {
    assert.equal(enginePortOf(plugin, "/srv/other"), undefined);
    assert.equal(enginePortOf({ ...plugin, argv: ["pulumi-resource-docker"] }, "/srv/webnet"), undefined);
    assert.equal(enginePortOf({ ...plugin, program: "/usr/bin/pulumi" }, "/srv/webnet"), undefined);
    assert.equal(enginePortOf({ ...plugin, program: "/usr/bin/node" }, "/srv/webnet"), undefined);
  });

  it("is a script of a deploy of this stack", () => {
    const script = {
      ...plugin,
      program: "/usr/bin/node",
      argv: ["node", "deploy/route.ts"],
      environment: ["WEBNET_STACK=prod"],
    };
    assert.equal(isScriptOf(script, "prod"), true);
    assert.equal(isScriptOf({ ...script, argv: ["/bin/sh", "-c", "node deploy/gate.ts"] }, "prod"), true);
    assert.equal(isScriptOf(script, "test"), false);
    assert.equal(isScriptOf({ ...script, argv: ["node", "index.ts"] }, "prod"), false);
  });

  it("is ended, and so is what it starts while it is being ended", async function () {
    this.timeout("20s");
    const folder = mkdtempSync(join(tmpdir(), "webnet-leftovers-"));
    try {
      mkdirSync(join(folder, "deploy"));
      writeFileSync(join(folder, "Pulumi.yaml"), "name: webnet\n");
      const wait = "while :; do sleep 0.1; done\n";
      writeFileSync(join(folder, "deploy", "second.sh"), wait);
      const first = `trap 'sh deploy/second.sh & exit 0' TERM\necho ready\n${wait}`;
      writeFileSync(join(folder, "deploy", "first.sh"), first);
      const target = new Target(`leftovers-${process.pid}`, folder, {});
      const env = { ...process.env, WEBNET_STACK: target.stack };
      const left = spawn("sh", ["deploy/first.sh"], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      await once(left.stdout, "data");
      const lines: string[] = [];
      const tell = narrator((line) => lines.push(line), false);
      assert.equal(await clearLeftovers(target, tell), true);
      assert.deepEqual(await findLeftovers(target), []);
      assert.match(lines.join("\n"), /process \d+: sh deploy\/first.sh[^]*process \d+: sh deploy\/second.sh/);
      assert.equal(await clearLeftovers(target, tell), false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
