import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hardLink, makeFrontendFiles } from "../../../../dev/sample/files/frontend-files.ts";

describe("the sample frontend's files", function () {
  this.timeout("20s");
  const folder = mkdtempSync(join(tmpdir(), "webnet-sample-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are several megabytes, the same ones at every build, under names of every kind", async () => {
    const [one, other] = await Promise.all(
      ["one", "other"].map((name) => makeFrontendFiles(join(folder, name))),
    );
    if (one === undefined || other === undefined) assert.fail();
    let bytes = 0;
    for (const part of ["imported", "copied"] as const) {
      const names = (await readdir(one[part], { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(one[part].length + 1));
      if (part === "copied") {
        assert.ok(names.includes(hardLink.of) && hardLink.of.includes(" "));
        assert.ok(names.some((name) => /[^\x20-\x7e]/.test(name)));
      }
      for (const name of names) {
        const content = await readFile(join(one[part], name));
        bytes += content.length;
        assert.ok(content.equals(await readFile(join(other[part], name))), name);
      }
    }
    assert.ok(bytes > 3_000_000 && bytes < 10_000_000, `${bytes}`);
  });
});
