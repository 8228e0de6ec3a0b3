import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cutOffSidecars, removeCutOff } from "../../../../ops/recover/cut-off.ts";
import { narrator } from "../../../../ops/recover/narrator.ts";
import { Target } from "../../../../ops/target.ts";

describe("what a kill has cut off beside the files of a stack", () => {
  let folder: string;
  let target: Target;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-cut-off-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: webnet\n");
    target = new Target("prod", folder, { PULUMI_BACKEND_URL: `file://${folder}?metadata=skip` });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function keep(path: string, text: string): string {
    const file = join(folder, ".pulumi", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  it("is found beside the state, the one before it, the tags, the history and the backups", async () => {
    const files = [
      keep("stacks/webnet/prod.json.attrs", ""),
      keep("stacks/webnet/prod.json.bak.attrs", '{"user.cache_con'),
      keep("stacks/webnet/prod.pulumi-tags.attrs", ""),
      keep("history/webnet/prod/prod-1.history.json.attrs", ""),
      keep("backups/webnet/prod/prod.1.json.attrs", ""),
    ];
    assert.deepEqual((await cutOffSidecars(target)).sort(), files.sort());
  });

  it("is nothing that is whole, of another stack, or the state itself", async () => {
    keep("stacks/webnet/prod.json", "");
    keep("stacks/webnet/prod.json.bak.attrs", '{"md5":"AA=="}');
    keep("stacks/webnet/prod2.json.attrs", "");
    keep("history/webnet/prod2/prod2-1.history.json.attrs", "");
    assert.deepEqual(await cutOffSidecars(target), []);
  });

  it("is named and removed, and in a dry run only named", async () => {
    const file = keep("stacks/webnet/prod.json.attrs", "");
    for (const dryRun of [true, false]) {
      const lines: string[] = [];
      const tell = narrator((line) => lines.push(line), dryRun);
      assert.equal(await removeCutOff(target, tell), true);
      assert.ok(lines.includes(`  ${file}`), lines.join("\n"));
      assert.deepEqual(await cutOffSidecars(target), dryRun ? [file] : []);
    }
  });

  it("is looked for only where the backend is a folder of this host", async () => {
    const elsewhere = new Target("prod", folder, { PULUMI_BACKEND_URL: "s3://bucket" });
    assert.deepEqual(await cutOffSidecars(elsewhere), []);
  });
});
