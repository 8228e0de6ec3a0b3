import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyChanges, commandFor } from "../../../settings/edit.ts";
import { projectRoot } from "../../../toolchain/environment.ts";

const text = `config:
  # a comment
  webnet:activeColor: blue
  webnet:colors:
    blue:
      backendTag: v1
`;

describe("settings/edit", () => {
  it("names the operator's command", () => {
    assert.equal(
      commandFor({ path: "webnet:colors.green.backendTag", value: "v2" }),
      "pulumi config set --path 'webnet:colors.green.backendTag' v2",
    );
  });

  it("changes values, also where there was none, and keeps the rest", () => {
    const changed = applyChanges(text, [
      { path: "webnet:activeColor", value: "green" },
      { path: "webnet:colors.green.backendTag", value: "v2" },
    ]);
    assert.equal(
      changed,
      `${text.replace("activeColor: blue", "activeColor: green")}    green:\n      backendTag: v2\n`,
    );
  });

  it("quotes a tag that YAML would take for a number", () => {
    const changed = applyChanges(text, [{ path: "webnet:colors.blue.backendTag", value: "0123" }]);
    assert.equal(changed, text.replace("v1", '"0123"'));
  });

  for (const file of ["Pulumi.prod.yaml", "Pulumi.local.yaml"]) {
    it(`touches one line of ${file} for one change`, () => {
      const before = readFileSync(join(projectRoot, file), "utf8");
      const after = applyChanges(before, [{ path: "webnet:colors.green.backendTag", value: "sha-0000000" }]);
      const lines = after.split("\n");
      assert.equal(lines.filter((line, at) => line !== before.split("\n")[at]).length, 1);
      assert.equal(lines.length, before.split("\n").length);
    });
  }
});
