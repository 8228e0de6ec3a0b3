import assert from "node:assert/strict";
import { auditAll } from "../../dev/audit/audit.ts";
import { bringAudited, type Audited } from "../../dev/audit/platform.ts";
import { reportOf } from "../../dev/audit/report.ts";
import { bringPythonTools, bringTestssl } from "../../dev/audit/tools.ts";

describe("the whole audit", function () {
  this.timeout("60m");
  let audited: Audited;

  before(async () => {
    await Promise.all([bringPythonTools(), bringTestssl()]);
    audited = await bringAudited();
  });

  after(() => audited.remove());

  it("finds nothing that isn't meant so, and leaves the platform as it was", async () => {
    const checks = await auditAll(audited, () => undefined);
    assert.ok(checks.length >= 6);
    assert.ok(
      checks.every(({ passed }) => passed),
      reportOf(checks).join("\n"),
    );
  });
});
