import assert from "node:assert/strict";
import { configPath, pathOf, shellWord } from "../../../settings/commands.ts";
import { distance, nearest } from "../../../settings/nearest.ts";

describe("settings: paths as Pulumi writes them", () => {
  const paths: [string, (string | number)[]][] = [
    ["domain", ["domain"]],
    ["colors.green.backendTag", ["colors", "green", "backendTag"]],
    ["network.dns[1]", ["network", "dns", 1]],
    ['backend.environment["a.b"]', ["backend", "environment", "a.b"]],
  ];
  for (const [text, path] of paths) {
    it(`writes and reads ${text}`, () => {
      assert.equal(configPath(path), `webnet:${text}`);
      assert.deepEqual(pathOf(text), path);
    });
  }
});

describe("settings: words for the shell", () => {
  it("leaves plain words as they are", () => {
    assert.equal(shellWord("ghcr.io/example/web-backend:v1"), "ghcr.io/example/web-backend:v1");
  });

  it("quotes the rest, quotes included", () => {
    assert.equal(shellWord("it's $HOME"), String.raw`'it'\''s $HOME'`);
    assert.equal(shellWord(""), "''");
  });
});

describe("settings: the word that was meant", () => {
  it("counts added, left out, changed and swapped letters", () => {
    assert.deepEqual(
      ["gren", "greeen", "grean", "gereen", "green"].map((word) => distance(word, "green")),
      [1, 1, 1, 1, 0],
    );
  });

  it("finds slips, whatever the case", () => {
    assert.equal(nearest("BackendTag", ["backendTag", "frontendTag"]), "backendTag");
    assert.equal(nearest("gatewya", ["gateway", "monitoring"]), "gateway");
  });

  it("doesn't guess when nothing is near", () => {
    assert.equal(nearest("red", ["blue", "green"]), undefined);
  });
});
