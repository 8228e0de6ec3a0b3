import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  clearLeftovers,
  enginePortOf,
  findLeftovers,
  mustHaveNoStranger,
  whoseScript,
} from "../../../../ops/recover/leftovers.ts";
import { narrator } from "../../../../ops/recover/narrator.ts";
import { Target } from "../../../../ops/target.ts";
import { projectRoot } from "../../../../host/project.ts";

const plugin = {
  pid: 1,
  program: "/home/ann/.pulumi/plugins/resource-docker-v5.2.0/pulumi-resource-docker",
  argv: ["/home/ann/.pulumi/plugins/resource-docker-v5.2.0/pulumi-resource-docker", "127.0.0.1:40169"],
  environment: [],
  directory: "/srv/webnet",
};

function writeProject(folder: string, stack: string): void {
  writeFileSync(join(folder, "Pulumi.yaml"), "name: webnet\n");
  writeFileSync(join(folder, `Pulumi.${stack}.yaml`), readFileSync(join(projectRoot, "Pulumi.local.yaml")));
}

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

  it("is a script of a deploy of this stack, in this folder and on this engine", () => {
    const place = { stack: "prod", folder: "/srv/webnet", engine: "ssh://deploy@host" };
    const script = {
      ...plugin,
      program: "/usr/bin/node",
      argv: ["node", "deploy/route.ts"],
      environment: ["A=b=c", "WEBNET_STACK=prod", "DOCKER_HOST=ssh://deploy@host"],
    };
    assert.equal(whoseScript(script, place), "ours");
    assert.equal(whoseScript({ ...script, argv: ["/bin/sh", "-c", "node deploy/gate.ts"] }, place), "ours");
    assert.equal(whoseScript(script, { ...place, stack: "test" }), undefined);
    assert.equal(whoseScript({ ...script, argv: ["node", "index.ts"] }, place), undefined);
    assert.equal(whoseScript(script, { ...place, engine: "unix:///var/run/docker.sock" }), undefined);
    assert.equal(whoseScript({ ...script, directory: "/srv/other" }, place), "a stranger's");
    const here = { ...script, environment: ["WEBNET_STACK=prod"] };
    assert.equal(whoseScript(here, place), undefined);
    assert.equal(whoseScript(here, { ...place, engine: "unix:///var/run/docker.sock" }), "ours");
  });

  it("leaves a script alone that works for a stack of the same name elsewhere", async function () {
    this.timeout("20s");
    const [ours, other] = ["ours", "other"].map((name) => mkdtempSync(join(tmpdir(), `webnet-${name}-`)));
    assert.ok(ours !== undefined && other !== undefined);
    const stack = `leftovers-${process.pid}`;
    const started: ChildProcess[] = [];
    try {
      for (const folder of [ours, other]) {
        mkdirSync(join(folder, "deploy"));
        writeProject(folder, stack);
        writeFileSync(join(folder, "deploy", "gate.sh"), "echo ready\nwhile :; do sleep 0.1; done\n");
      }
      const start = async (cwd: string, engine: string): Promise<void> => {
        const env = { ...process.env, WEBNET_STACK: stack, DOCKER_HOST: engine };
        const child = spawn("sh", ["deploy/gate.sh"], { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
        started.push(child);
        await once(child.stdout, "data");
      };
      const target = (engine: string): Target => new Target(stack, ours, { DOCKER_HOST: engine });
      await start(other, "unix:///one.sock");
      await start(ours, "unix:///two.sock");
      assert.deepEqual(await findLeftovers(target("unix:///one.sock")), []);
      assert.throws(
        () => {
          mustHaveNoStranger(target("unix:///one.sock"));
        },
        new RegExp(`sh deploy/gate.sh.*${stack} as well, in ${other}[^]*run recover there first`),
      );
      mustHaveNoStranger(target("unix:///two.sock"));
      assert.equal((await findLeftovers(target("unix:///two.sock"))).length, 1);
      assert.deepEqual(await findLeftovers(target("unix:///three.sock")), []);
      mustHaveNoStranger(target("unix:///three.sock"));
    } finally {
      for (const child of started) child.kill("SIGKILL");
      for (const folder of [ours, other]) rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is ended, and so is what it starts while it is being ended", async function () {
    this.timeout("20s");
    const folder = mkdtempSync(join(tmpdir(), "webnet-leftovers-"));
    let left: ChildProcess | undefined;
    try {
      mkdirSync(join(folder, "deploy"));
      writeProject(folder, `leftovers-${process.pid}`);
      const wait = "while :; do sleep 0.1; done\n";
      writeFileSync(join(folder, "deploy", "second.sh"), wait);
      const first = `trap 'sh deploy/second.sh & exit 0' TERM\necho ready\n${wait}`;
      writeFileSync(join(folder, "deploy", "first.sh"), first);
      const engine = { DOCKER_HOST: "unix:///one.sock" };
      const target = new Target(`leftovers-${process.pid}`, folder, engine);
      const env = { ...process.env, ...engine, WEBNET_STACK: target.stack };
      const script = spawn("sh", ["deploy/first.sh"], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      left = script;
      await once(script.stdout, "data");
      const lines: string[] = [];
      const tell = narrator((line) => lines.push(line), false);
      assert.equal(await clearLeftovers(target, tell), true);
      assert.deepEqual(await findLeftovers(target), []);
      assert.match(lines.join("\n"), /process \d+: sh deploy\/first.sh[^]*process \d+: sh deploy\/second.sh/);
      assert.equal(await clearLeftovers(target, tell), false);
    } finally {
      left?.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
