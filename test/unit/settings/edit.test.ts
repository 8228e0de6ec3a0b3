import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyChanges, commandFor } from "../../../settings/edit.ts";
import { projectRoot } from "../../../host/project.ts";

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
    assert.equal(
      commandFor({ path: "webnet:colors.green.backendTag", value: "20240105" }),
      "pulumi config set --type string --path 'webnet:colors.green.backendTag' 20240105",
    );
    assert.equal(
      commandFor({ path: "webnet:gateway.canaryPercent", value: 5 }),
      "pulumi config set --path 'webnet:gateway.canaryPercent' 5",
    );
  });

  it("changes values, also where there was none, and keeps the rest", () => {
    const changed = applyChanges(text, [
      { path: "webnet:activeColor", value: "green" },
      { path: "webnet:colors.green.backendTag", value: "v2" },
    ]);
    assert.equal(
      changed,
      `${text.replace("activeColor: blue", "activeColor: green")}    green:\n      backendTag: "v2"\n`,
    );
  });

  it("writes a key in the long form that it has of old, and none beside it", () => {
    const long = text.replace("webnet:activeColor", "webnet:config:activeColor");
    const changed = applyChanges(long, [{ path: "webnet:activeColor", value: "green" }]);
    assert.equal(changed, long.replace("blue\n", "green\n"));
  });

  it("keeps the ends of line of Windows", () => {
    const windows = text.replaceAll("\n", "\r\n");
    const changed = applyChanges(windows, [{ path: "webnet:colors.blue.backendTag", value: "v2" }]);
    assert.equal(changed, windows.replace("v1", '"v2"'));
  });

  for (const tag of ["0123", "2024_01_05", "12e0004", "1:30", "2024-01-05", "yes", "sha-1"]) {
    it(`puts the tag ${tag} in quotes, which one YAML or another would take for something else`, () => {
      const changed = applyChanges(text, [{ path: "webnet:colors.blue.backendTag", value: tag }]);
      assert.equal(changed, text.replace("v1", `"${tag}"`));
    });
  }

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
