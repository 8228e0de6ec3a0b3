import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { otherEngine, TestEngine, withoutTestEngine } from "../integration/support/engine.ts";

/** The suites that create, switch and replace containers, and fail to start them. */
const suites = ["deploy", "data", "failures"];

describe("on the other engine", function () {
  this.timeout("45m");
  let engine: TestEngine;

  before(async function () {
    const reason = withoutTestEngine();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    engine = await TestEngine.start("other", { liveRestore: true, kind: otherEngine() });
  });

  after(async () => {
    // Runs also if this machine can't have such an engine, and nothing was started.
    if (withoutTestEngine() !== undefined) return;
    await engine.remove();
  });

  for (const suite of suites) {
    it(`everything of ${suite}.test.ts holds`, async () => {
      const mocha = join("node_modules", "mocha", "bin", "mocha.js");
      const child = spawn(process.execPath, [mocha, `test/integration/${suite}.test.ts`], {
        cwd: projectRoot,
        env: { ...process.env, WEBNET_TEST_ENGINE: engine.host },
        stdio: "inherit",
      });
      assert.deepEqual(await once(child, "exit"), [0, null]);
    });
  }
});
