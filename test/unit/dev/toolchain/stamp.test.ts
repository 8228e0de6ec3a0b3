import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashOf, isStamped, removeStamp, writeStamp } from "../../../../dev/toolchain/stamp.ts";

describe("stamps", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stamp "));
    mkdirSync(join(folder, "source"));
    writeFileSync(join(folder, "source", "a"), "1");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const hash = (...words: string[]): string => hashOf([join(folder, "source")], ...words);

  it("changes its hash with a content, a name, a further file and a word", () => {
    const before = hash();
    assert.equal(hash(), before);
    assert.notEqual(hash("x64"), before);
    assert.notEqual(hash("x64", "1"), hash("x641"));
    writeFileSync(join(folder, "source", "a"), "2");
    const changed = hash();
    assert.notEqual(changed, before);
    mkdirSync(join(folder, "source", "local"));
    writeFileSync(join(folder, "source", "local", "b"), "");
    assert.notEqual(hash(), changed);
  });

  it("gives the same hash wherever the folder lies", () => {
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "elsewhere", "a"), "1");
    assert.equal(hash(), hashOf([join(folder, "elsewhere")]));
  });

  it("holds for the same key while the files are there", () => {
    const file = join(folder, "source", "a");
    assert.equal(isStamped("a", "key", [file], folder), false);
    writeStamp("a", "key", folder);
    assert.equal(isStamped("a", "key", [file], folder), true);
    assert.equal(isStamped("a", "other", [file], folder), false);
    assert.equal(isStamped("a", "key", [join(folder, "gone")], folder), false);
    removeStamp("a", folder);
    assert.equal(isStamped("a", "key", [file], folder), false);
  });
});
