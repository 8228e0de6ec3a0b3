import assert from "node:assert/strict";
import { checkCommand } from "../../../../ops/check/command.ts";
import { Target } from "../../../../ops/target.ts";

describe("ops/check", () => {
  it("says that the stack's file is missing, not that the engine is away", async () => {
    await assert.rejects(
      checkCommand.run(new Target("nosuch", "/nowhere", {}), {}, () => undefined),
      { message: "there is no /nowhere/Pulumi.nosuch.yaml: name a stack that has one with --stack" },
    );
  });
});
