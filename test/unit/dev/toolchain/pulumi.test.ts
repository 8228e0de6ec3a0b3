import assert from "node:assert/strict";
import { mustBeOfTrial } from "../../../../dev/toolchain/pulumi.ts";

describe("the trial platform's Pulumi", () => {
  const isOurs = (stack: string): boolean => stack === "shop";

  for (const args of [
    ["up"],
    ["up", "--stack", "local"],
    ["preview", "-s", "shop"],
    ["up", "--stack=shop"],
    ["up", "--stack", "organization/webnet/shop"],
    ["up", "-sshop"],
    ["stack", "init", "new"],
    ["stack", "init", "--stack", "new"],
  ]) {
    it(`takes ${args.join(" ")}`, () => {
      mustBeOfTrial(args, isOurs);
    });
  }

  for (const args of [
    ["up", "--stack", "prod"],
    ["up", "--yes", "-s", "prod"],
    ["config", "--stack=prod"],
    ["up", "-sprod"],
  ]) {
    it(`refuses ${args.join(" ")}, and names the CLI that knows that stack`, () => {
      assert.throws(
        () => {
          mustBeOfTrial(args, isOurs);
        },
        new RegExp(`which has no stack prod\\. A stack of your own: pulumi ${args.join(" ")}\\n`),
      );
    });
  }
});
