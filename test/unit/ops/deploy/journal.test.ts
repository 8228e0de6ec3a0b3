import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { abort, finish } from "../../../../ops/deploy/after-kill.ts";
import { beginAlone, deployInWords, Journal, mustBeAlone } from "../../../../ops/deploy/journal.ts";
import { Target } from "../../../../ops/target.ts";
import { thisProcess } from "../../../../host/owner.ts";

describe("the journal of a deploy", () => {
  let target: Target;
  let journal: Journal;

  beforeEach(() => {
    target = new Target("prod", mkdtempSync(join(tmpdir(), "webnet-journal-")), {});
    writeFileSync(target.configFile, "wanted");
    journal = new Journal(target);
  });

  afterEach(() => {
    rmSync(target.directory, { recursive: true });
  });

  /** Leaves the note of another process. */
  function left(owner: object, started = "2026-01-02T03:04:05.000Z"): void {
    journal.open({ former: "former", wanted: "wanted" });
    const note = { owner: { ...thisProcess(), ...owner }, started, former: "former", wanted: "wanted" };
    writeFileSync(journal.file, JSON.stringify(note));
  }

  it("keeps a second deploy out while the first one runs", async () => {
    journal.open({ former: "former", wanted: "wanted" });
    assert.throws(
      () => {
        mustBeAlone(target, "wanted");
      },
      new RegExp(`a deploy of prod runs: process ${process.pid}, since `),
    );
    await assert.rejects(
      abort(target, () => undefined),
      /the deploy still runs, as process/,
    );
    await assert.rejects(
      finish(target, () => undefined),
      /the deploy still runs, as process/,
    );
    assert.throws(() => {
      journal.open({ former: "other", wanted: "wanted" });
    }, /another deploy has just begun/);
    assert.equal(journal.read()?.former, "former");
    assert.deepEqual(readdirSync(dirname(journal.file)), ["prod.deploy.json"]);
  });

  it("tells who only looks that a deploy runs, may run elsewhere, or was killed and left the config changed", () => {
    assert.equal(deployInWords(target, "wanted"), undefined);
    for (const [owner, words] of [
      [{}, `^A deploy runs: process ${process.pid}, since 2026-01-02`],
      [{ host: "other" }, "^A deploy runs on other as process .*, or was killed there"],
      [{ pid: 4_194_305 }, "^A deploy was killed, .*deploy --abort.*deploy --finish"],
    ] as const) {
      left(owner);
      assert.match(deployInWords(target, "wanted") ?? "", new RegExp(words));
      if ("pid" in owner) {
        assert.equal(deployInWords(target, "former"), undefined);
        assert.match(
          deployInWords(target, "edited") ?? "",
          /somebody has edited the config .*deploy --finish/,
        );
      }
      journal.close();
    }
  });

  for (const [what, owner] of [
    ["is gone", { pid: 4_194_305 }],
    ["ended, and another one has its id", { ticks: 1 }],
    ["ended with the host, whose next start gave its id to another one", { boot: "another" }],
  ] as const) {
    it(`takes a deploy for killed whose process ${what}`, () => {
      left(owner);
      assert.throws(() => {
        mustBeAlone(target, "wanted");
      }, /a deploy of prod was killed \(process \d+, begun 2026[^]*deploy --abort --stack prod/);
      // The config is as it was: there is nothing to take back.
      // A command that only looks keeps the note.
      mustBeAlone(target, "former");
      assert.equal(journal.read()?.former, "former");
      beginAlone(target, "former");
      assert.equal(journal.read(), undefined);
    });
  }

  it("can't tell of another host, and says how to go on", async () => {
    left({ host: "elsewhere", pid: 7 });
    for (const config of ["wanted", "former"]) {
      assert.throws(() => {
        mustBeAlone(target, config);
      }, /a deploy of prod runs on elsewhere as process 7, since 2026[^]*deploy --abort --break-lock --stack prod/);
    }
    await assert.rejects(
      abort(target, () => undefined),
      /process 7 on elsewhere[^]*Nothing was touched[^]*deploy --abort --break-lock --stack prod/,
    );
    await assert.rejects(
      finish(target, () => undefined),
      /deploy --finish --break-lock --stack prod/,
    );
    assert.equal(readFileSync(target.configFile, "utf8"), "wanted");
  });

  it("takes nothing back where the config was edited since, and is in no other command's way then", async () => {
    left({ pid: 4_194_305 });
    writeFileSync(target.configFile, "edited");
    const how =
      /somebody has edited it since[^]*nothing was touched[^]*deploy --finish --stack prod --cwd \S+$/;
    mustBeAlone(target, "edited");
    await assert.rejects(
      abort(target, () => undefined),
      how,
    );
    assert.equal(readFileSync(target.configFile, "utf8"), "edited");
    assert.equal(journal.read()?.wanted, "wanted");
  });

  it("finishes nothing where the config is as it was before: there is nothing left of it", async () => {
    left({ pid: 4_194_305 });
    writeFileSync(target.configFile, "former");
    await assert.rejects(
      finish(target, () => undefined),
      /nothing of it to finish\. Nothing was touched\. .*: npm run ops -- deploy --abort --stack prod --cwd \S+$/,
    );
    assert.equal(journal.read()?.wanted, "wanted");
  });

  it("takes nothing back by a note that doesn't tell what the deploy wrote", async () => {
    left({ pid: 4_194_305 });
    const note = JSON.parse(readFileSync(journal.file, "utf8")) as object;
    writeFileSync(journal.file, JSON.stringify({ ...note, wanted: undefined }));
    await assert.rejects(
      abort(target, () => undefined),
      /a note of an earlier webnet doesn't tell[^]*nothing was touched/,
    );
    assert.equal(readFileSync(target.configFile, "utf8"), "wanted");
  });

  it("names a note that can't be read", () => {
    left({});
    writeFileSync(journal.file, "");
    assert.throws(
      () => journal.read(),
      new RegExp(`the note of a deploy, ${journal.file}, can't be read[^]*remove that file`),
    );
  });
});
