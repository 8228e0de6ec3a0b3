import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineIn, treeEnvironment, wantedEngine } from "../../../../dev/toolchain/engine-tree.ts";

describe("an engine's tree", () => {
  let tree: string;
  const variable = "WEBNET_PRIVATE_ENGINE";
  const given = process.env[variable];

  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), "webnet-tree-"));
    Reflect.deleteProperty(process.env, variable);
  });

  afterEach(() => {
    rmSync(tree, { recursive: true, force: true });
    Reflect.deleteProperty(process.env, variable);
    if (given !== undefined) process.env[variable] = given;
  });

  const unpacked = (): void => {
    mkdirSync(join(tree, "usr", "sbin"), { recursive: true });
    writeFileSync(join(tree, "usr", "sbin", "dockerd"), "");
  };

  it("has none before it is unpacked, the release's own where nothing says otherwise, or the newest", () => {
    assert.equal(engineIn(tree), undefined);
    unpacked();
    assert.equal(engineIn(tree), "release");
    writeFileSync(join(tree, "engine-kind"), "current");
    assert.equal(engineIn(tree), "current");
  });

  it("is asked for by WEBNET_PRIVATE_ENGINE, and by nothing else than its two words", () => {
    assert.equal(wantedEngine(), undefined);
    process.env[variable] = "release";
    assert.equal(wantedEngine(), "release");
    process.env[variable] = "newest";
    assert.throws(wantedEngine, /WEBNET_PRIVATE_ENGINE is "newest": set it to "current" or "release"/);
  });

  it("finds its libraries and programs in itself first, on any processor", () => {
    for (const folder of ["aarch64-linux-gnu", "python3"])
      mkdirSync(join(tree, "usr", "lib", folder), { recursive: true });
    const { LD_LIBRARY_PATH, PATH } = treeEnvironment(tree);
    assert.equal(LD_LIBRARY_PATH, join(tree, "usr", "lib", "aarch64-linux-gnu"));
    assert.ok(PATH?.startsWith(`${join(tree, "usr", "bin")}:`));
  });
});
