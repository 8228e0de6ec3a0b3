import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startLanguageHost } from "../../../../dev/toolchain/pulumi-cli.ts";

describe("the built language host", () => {
  it("is told what Pulumi.yaml says of TypeScript, and all that the CLI says", async () => {
    const folder = mkdtempSync(join(tmpdir(), "webnet host-"));
    const start = join(folder, "pulumi-language-nodejs");
    try {
      mkdirSync(join(folder, "language-host"));
      const host = join(folder, "language-host", "pulumi-language-nodejs");
      writeFileSync(host, `#!/bin/sh\nprintf '%s\\n' "$@"\n`, { mode: 0o755 });
      writeFileSync(start, startLanguageHost, { mode: 0o755 });
      const { stdout } = await promisify(execFile)(start, ["-tracing", "a b", "127.0.0.1:1"]);
      assert.deepEqual(stdout.trim().split("\n"), ["-typescript=false", "-tracing", "a b", "127.0.0.1:1"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
