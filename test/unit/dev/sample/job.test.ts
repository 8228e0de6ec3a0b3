import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { scheduleJob, serves } from "../../../../dev/sample/backend/job.ts";
import { startFakeBackend } from "./fake-backend.ts";

describe("sample backend: its scheduled job", function () {
  this.timeout("10s");
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-job-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is for the release that the platform's file names, and without a platform for the only one", () => {
    const [servingFile, release] = [join(folder, "serving"), "blue-00000001"];
    assert.equal(serves({ servingFile: undefined, release: undefined }), true);
    assert.equal(serves({ servingFile, release }), false, "before the first switch");
    for (const [content, expected] of [
      ["blue-00000001\n", true],
      ["blue-00000001", true],
      ["green-00000002\n", false],
      ["blue-000000011\n", false],
      ["", false],
    ] as const) {
      writeFileSync(servingFile, content);
      assert.equal(serves({ servingFile, release }), expected, content);
    }
  });

  it("writes a row each time, while its release serves and as long as it isn't ended", async () => {
    const servingFile = join(folder, "serving");
    const backend = await startFakeBackend({
      WEBNET_RELEASE: "blue-00000001",
      WEBNET_SERVING_FILE: servingFile,
      APP_JOB_SECONDS: "1",
    });
    const end = scheduleJob(backend.app);
    try {
      await sleep(1300);
      const written = () => backend.rows.size;
      assert.equal(written(), 0);
      writeFileSync(servingFile, "blue-00000001\n");
      while (written() === 0) await sleep(50);
      const [row] = backend.rows.values();
      assert.match(row?.id ?? "", /^job:\d{4}-\d\d-\d\dT[\d:.]+Z:blue-00000001$/);
      end();
      const before = written();
      await sleep(1300);
      assert.equal(written(), before);
    } finally {
      end();
      await backend.close();
    }
  });
});
