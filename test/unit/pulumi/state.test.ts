import assert from "node:assert/strict";
import type { PulumiStack } from "../../../pulumi/cli.ts";
import { readState } from "../../../pulumi/state.ts";

const found = (stderr: string) => {
  const pulumi = () => Promise.resolve({ exitCode: 255, stdout: "", stderr });
  return readState({ pulumi } as unknown as PulumiStack);
};

describe("a state that Pulumi can't export", () => {
  it("is damaged where Pulumi can't understand it", async () => {
    assert.deepEqual(await found("error: failed to load checkpoint: EOF"), {
      kind: "unreadable",
      reason: "error: failed to load checkpoint: EOF",
    });
  });

  it("is missing where there is no such stack", async () => {
    assert.deepEqual(await found("error: no stack named 'prod' found"), { kind: "missing" });
  });

  it("is not damaged where somebody may not read it, or the disk or the network fails", async () => {
    for (const why of [
      "permission denied",
      "input/output error",
      "stale NFS file handle",
      "too many open files",
    ])
      await assert.rejects(
        found(`error: failed to load checkpoint: open prod.json: ${why}`),
        new RegExp(why),
      );
  });

  it("says so where Pulumi ended without a word", async () => {
    await assert.rejects(found(""), {
      message: /can't be read: pulumi ended with exit code 255, or by a signal$/,
    });
  });
});
