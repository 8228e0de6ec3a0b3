import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ConfigCopy, sameConfig } from "../../../../dev/demo/config.ts";
import { startChanges, steps } from "../../../../dev/demo/steps.ts";
import { applyChanges } from "../../../../settings/edit.ts";

const text = `config:
  # a comment
  webnet:activeColor: blue
  webnet:colors:
    blue:
      backendTag: v1
`;

describe("the demo's config", () => {
  it("compares values, not salts", () => {
    assert.ok(sameConfig(text, `encryptionsalt: v1:x\n${text}`));
    assert.ok(!sameConfig(text, text.replace("blue", "green")));
  });

  it("leaves the original alone and keeps what Pulumi wrote into the copy", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "webnet-"));
    try {
      const original = path.join(folder, "original.yaml");
      await writeFile(original, text);
      const copy = new ConfigCopy(original, path.join(folder, "demo", "copy.yaml"));
      await copy.begin([]);
      await writeFile(copy.file, `encryptionsalt: v1:x\n${await readFile(copy.file, "utf8")}`);
      assert.ok(await copy.isOriginal());
      await copy.change([{ path: "webnet:activeColor", value: "green" }]);
      assert.ok(!(await copy.isOriginal()));
      assert.match(await readFile(copy.file, "utf8"), /^encryptionsalt: v1:x\n[^]*activeColor: green/);
      assert.equal(await readFile(original, "utf8"), text);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is at its start again after the last step", () => {
    const begun = applyChanges("config: {}", startChanges);
    const ended = steps.reduce((config, step) => applyChanges(config, step.changes), begun);
    assert.ok(sameConfig(begun, ended));
  });
});
