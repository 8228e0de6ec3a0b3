import assert from "node:assert/strict";
import { engineIsHere } from "../../../preflight/host.ts";
import { platformWith } from "../support/platform.ts";

describe("preflight: where the engine is", () => {
  const before = process.env["DOCKER_HOST"];

  afterEach(() => {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  });

  it("is this machine where the address is a socket, or none is given", () => {
    for (const [variable, isHere] of [
      [undefined, true],
      ["", true],
      ["unix:///run/user/1000/docker.sock", true],
      ["tcp://192.0.2.7:2375", false],
    ] as const) {
      if (variable === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = variable;
      assert.equal(engineIsHere(platformWith().settings), isHere, variable);
    }
    assert.equal(engineIsHere(platformWith({ "engine.host": "unix:///x.sock" }).settings), true);
  });
});
