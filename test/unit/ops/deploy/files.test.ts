import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigFile } from "../../../../ops/deploy/config-file.ts";
import { beginAlone, Journal, mustBeAlone } from "../../../../ops/deploy/journal.ts";
import { isSameConfig } from "../../../../ops/deploy/same-config.ts";
import { Target } from "../../../../ops/target.ts";

const written = `# on top

config:
  webnet:activeColor:   blue   # which

  webnet:colors:
    blue: {backendTag: "v1"}
    green:
        backendTag: "v0"
  webnet:list:
  - a
`;

/** The same file after Pulumi 3 has added its salt. */
const noted = `# on top

config:
  webnet:activeColor: blue # which
  webnet:colors:
    blue: {backendTag: "v1"}
    green:
      backendTag: "v0"
  webnet:list:
    - a
encryptionsalt: v1:dS9xQG+/5HA=:v1:iV22oSNJThmzb6H1:aGqsH151PR7wBYDrAfGd6UZMZP5wZA==
`;

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

  it("never writes over what somebody else has written, or removed", () => {
    for (const change of ["write", "restore"] as const) {
      writeFileSync(target.configFile, "config: {}\n");
      const config = new ConfigFile(target.configFile);
      assert.ok(config.write("config: {a: 1}\n"));
      assert.ok(!config.isEdited());
      writeFileSync(target.configFile, "config: {a: 2}\n");
      assert.ok(config.isEdited());
      assert.equal(change === "write" ? config.write("config: {a: 3}\n") : config.restore(), false);
      assert.equal(readFileSync(target.configFile, "utf8"), "config: {a: 2}\n");
      rmSync(target.configFile);
      assert.ok(config.isEdited());
      assert.equal(config.restore(), false);
      assert.ok(!existsSync(target.configFile));
    }
  });

  it("has nothing left to put back where somebody else has done so", () => {
    writeFileSync(target.configFile, "config: {}\n");
    const config = new ConfigFile(target.configFile);
    config.write("config: {a: 1}\n");
    writeFileSync(target.configFile, "config: {}\n");
    assert.ok(config.restore());
    assert.ok(!config.isEdited());
  });

  it("takes what Pulumi makes of the file when it notes its salt for no edit, and puts it back all the same", () => {
    writeFileSync(target.configFile, written);
    const config = new ConfigFile(target.configFile);
    writeFileSync(target.configFile, noted);
    assert.ok(!config.isEdited());
    assert.ok(config.restore());
    assert.equal(readFileSync(target.configFile, "utf8"), written);
  });

  for (const [what, edit] of [
    ["a value", (text: string) => text.replace('"v1"', '"v2"')],
    ["a comment", (text: string) => text.replace("# which", "# who")],
    ["a key that moves to another parent", (text: string) => text.replace(/^ {4}green/m, "  green")],
    ["a key more", (text: string) => `${text}  webnet:standby: off\n`],
    ["a text that is no YAML any more", (text: string) => `${text}  webnet:x: [\n`],
    ["an empty file", () => ""],
  ] as const)
    it(`takes for an edit ${what}`, () => {
      assert.notEqual(edit(written), written);
      assert.ok(!isSameConfig(written, edit(written)));
      assert.ok(!isSameConfig(noted, edit(written)));
    });

  it("keeps a second deploy out while one runs", () => {
    new Journal(target).open({ former: "former", wanted: "wanted" });
    assert.throws(
      () => {
        mustBeAlone(target, "former");
      },
      new RegExp(`a deploy of x runs: process ${process.pid}, since .*\\. Nothing was touched`),
    );
    assert.throws(() => {
      new Journal(target).open({ former: "former", wanted: "wanted" });
    }, /another deploy has just begun/);
  });

  it("says how to go on after one that was killed, and forgets it where the config is as it was", () => {
    const journal = new Journal(target);
    journal.open({ former: "former", wanted: "wanted" });
    const dead = spawnSync("true").pid;
    const entry = JSON.parse(readFileSync(journal.file, "utf8")) as { owner: object };
    writeFileSync(journal.file, JSON.stringify({ ...entry, owner: { ...entry.owner, pid: dead } }));
    assert.throws(() => {
      mustBeAlone(target, "wanted");
    }, /was killed[^]*deploy --abort --stack x[^]*deploy --finish --stack x --cwd \S+$/);
    assert.ok(existsSync(journal.file));
    beginAlone(target, "former");
    assert.ok(!existsSync(journal.file));
  });
});
