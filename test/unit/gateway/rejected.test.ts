import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Exec } from "../../../engine/exec.ts";
import { noteRejected, rejectedDirectory, rejectedReleases } from "../../../gateway/rejected.ts";

describe("the releases that deploys took back", () => {
  it("come with their reasons as they were noted, whatever the shell would make of a backslash", async () => {
    const folder = mkdtempSync(join(tmpdir(), "webnet-rejected-"));
    const exec: Exec = ([program = "", ...words]) => {
      const args = words.map((word) => word.replaceAll(rejectedDirectory, folder));
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
      return Promise.resolve({ exitCode: status ?? -1, stdout, stderr });
    };
    try {
      const reasons: [string, string][] = [
        ["blue-00000001", String.raw`/api/\cafe answered 500`],
        ["blue-00000002", String.raw`C:\new\0 %s -n`],
        ["green-00000003", "it didn't answer"],
      ];
      for (const [release, reason] of reasons) await noteRejected(exec, release, reason);
      assert.deepEqual([...(await rejectedReleases(exec))].sort(), reasons);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
