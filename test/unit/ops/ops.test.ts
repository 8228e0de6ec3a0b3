import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mustGoByOneEngine, runOps, type TrialPlatform } from "../../../ops/ops.ts";
import { putPrograms } from "../support/fake-programs.ts";
import { Target } from "../../../ops/target.ts";
import { childEnvironment } from "../../../dev/toolchain/environment.ts";
import { projectRoot } from "../../../host/project.ts";

describe("ops/ops", () => {
  it("works on a stack of the trial platform's where it is named, and never by what the operator's Pulumi selected", async () => {
    const folder = mkdtempSync(join(tmpdir(), "webnet-ops-"));
    const path = process.env["PATH"];
    putPrograms(folder, { pulumi: "echo shop" });
    process.env["PATH"] = `${folder}:${path ?? ""}`;
    const asked: string[] = [];
    const nothing = (): void => undefined;
    const trial: TrialPlatform = {
      stack: "local",
      holds: () => true,
      environment: () => {
        asked.push("environment");
        return {};
      },
      setUp: () => Promise.reject(new Error("set-up was started")),
      tidy: nothing,
    };
    try {
      const there = /there is no .*\/Pulumi\.shop\.yaml/;
      await assert.rejects(runOps(["status", "--cwd", folder], trial), there);
      assert.equal(asked.length, 0);
      await assert.rejects(runOps(["status", "--cwd", folder, "--stack", "shop"], trial), there);
      assert.notEqual(asked.length, 0);
    } finally {
      process.env["PATH"] = path;
      rmSync(folder, { recursive: true });
    }
  });

  it("goes by one engine: a variable that leads Pulumi elsewhere is refused, all but for the embedded default", () => {
    const astray = { ...process.env, DOCKER_CONTEXT: "laptop" };
    assert.throws(() => {
      mustGoByOneEngine(new Target("prod", projectRoot, astray));
    }, /^Error: DOCKER_CONTEXT is set: .*Run "unset DOCKER_CONTEXT" first\.$/);
    process.env["DOCKER_CONTEXT"] = "laptop";
    try {
      mustGoByOneEngine(new Target("local", projectRoot, childEnvironment()));
    } finally {
      delete process.env["DOCKER_CONTEXT"];
    }
  });
});
