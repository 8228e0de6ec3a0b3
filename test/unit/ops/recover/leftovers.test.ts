import assert from "node:assert/strict";
import { enginePortOf, isScriptOf } from "../../../../ops/recover/leftovers.ts";

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
});
