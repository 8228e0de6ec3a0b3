import assert from "node:assert/strict";
import { run } from "../../../../dev/toolchain/process.ts";

describe("run", () => {
  const log = "unit-test";

  it("gives whole lines, however the output is cut, and each stream's apart", async () => {
    const lines: string[] = [];
    const script =
      "printf 'go: down'; sleep 0.1; echo 'note ' >&2; printf 'load'; sleep 0.1; printf 'ing\\n\\nlast'";
    const told = await run("sh", ["-c", script], { log, onLine: (line) => lines.push(line) });
    assert.deepEqual(lines, ["note ", "go: downloading", "last"]);
    assert.equal(told, "go: downloading\n\nlast");
  });

  it("fails with the last lines, also with one that has no end", async () => {
    await assert.rejects(run("sh", ["-c", "echo one; printf two; exit 3"], { log }), {
      message: /ended with exit code 3\n {4}one\n {4}two\n/,
    });
  });
});
