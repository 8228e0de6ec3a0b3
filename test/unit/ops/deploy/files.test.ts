import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigFile } from "../../../../ops/deploy/config-file.ts";
import { Journal, mustBeAlone } from "../../../../ops/deploy/journal.ts";
import { Target } from "../../../../ops/target.ts";

describe("ops/deploy: what it keeps in files", () => {
  let directory: string;
  let target: Target;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "webnet-"));
    target = new Target("x", directory, {});
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("puts the config back to the last byte, and leaves its rights alone", () => {
    const former = "# no line end, a tab\tand ü";
    writeFileSync(target.configFile, former);
    chmodSync(target.configFile, 0o640);
    const config = new ConfigFile(target.configFile);
    config.write("config: {}\n");
    assert.equal(readFileSync(target.configFile, "utf8"), "config: {}\n");
    config.restore();
    assert.equal(readFileSync(target.configFile, "utf8"), former);
    assert.equal(statSync(target.configFile).mode & 0o777, 0o640);
  });

  it("keeps a second deploy out while one runs", () => {
    new Journal(target).open("former");
    assert.throws(
      () => {
        mustBeAlone(target, "former");
      },
      new RegExp(`a deploy of x runs: process ${process.pid}, since .*\\. Nothing was touched`),
    );
    assert.throws(() => {
      new Journal(target).open("former");
    }, /another deploy has just begun/);
  });

  it("says how to go on after one that was killed, and forgets it where the config is as it was", () => {
    const journal = new Journal(target);
    journal.open("former");
    const dead = spawnSync("true").pid;
    const entry = JSON.parse(readFileSync(journal.file, "utf8")) as { owner: object };
    writeFileSync(journal.file, JSON.stringify({ ...entry, owner: { ...entry.owner, pid: dead } }));
    assert.throws(() => {
      mustBeAlone(target, "wanted");
    }, /was killed[^]*deploy --abort --stack x[^]*recover --stack x && pulumi up --stack x && rm /);
    assert.ok(existsSync(journal.file));
    mustBeAlone(target, "former");
    assert.ok(!existsSync(journal.file));
  });
});
