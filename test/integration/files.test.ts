import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { OnChange } from "../../contract/files.ts";
import { mustExec } from "../../engine/exec.ts";
import { FileSet } from "../../engine/file-set.ts";
import { lastLogLines } from "../../engine/logs.ts";
import { catalogues } from "../../settings/catalogue.ts";
import { file, FileVolumes } from "./support/file-volumes.ts";
import { howMany } from "./support/length.ts";

describe("the files of a volume", function () {
  this.timeout("3m");
  let volumes: FileVolumes;

  before(() => {
    volumes = new FileVolumes("filesets");
  });

  after(async () => {
    await volumes.remove();
  });

  it("are exactly those that are named, whatever was there", async () => {
    const volume = await volumes.create();
    await volumes.plainly(volume, [file("password", "old"), file("gone", "x"), file("sub/gone", "x")]);
    await volumes.written(volume, [file("password", "one"), file("sub/a", "1"), file(".hidden", "2")]);
    assert.deepEqual(await volumes.seen(volume), { ".hidden": "2", password: "one", "sub/a": "1" });
    await volumes.written(volume, [file("password", "two"), file("ümläut", "3")]);
    assert.deepEqual(await volumes.seen(volume), { password: "two", ümläut: "3" });
    assert.deepEqual(await volumes.left(volume), []);
    const { exitCode, said } = await volumes.write(volume, [file("..data", "x")]);
    assert.equal(exitCode, 1);
    assert.match(said, /^\.\.data can't be a file's name/);
  });

  it("are those of an earlier webnet that comes back, and then of a newer one, with none missing", async () => {
    const volume = await volumes.create();
    await volumes.plainly(volume, [file("password", "0"), file("user", "0")]);
    const look =
      "cd /read; while [ ! -e /tmp/end ]; do cat password user > /tmp/seen || echo missing; done; echo end";
    const { container } = await volumes.reader(volume, "/read", { Entrypoint: ["sh", "-c", look] });
    await volumes.written(volume, [file("password", "1"), file("user", "1")]);
    await mustExec(container, ["touch", "/tmp/end"]);
    await container.wait();
    assert.equal(await lastLogLines(container, 1000), "end");
    await container.remove({ force: true });
    await volumes.plainly(volume, [file("password", "2"), file("user", "2")]);
    assert.deepEqual(await volumes.seen(volume), { password: "2", user: "2" });
    await volumes.written(volume, [file("password", "3"), file("user", "3")]);
    assert.deepEqual(await volumes.seen(volume), { password: "3", user: "3" });
    assert.deepEqual(await volumes.left(volume), []);
  });

  it("change all at once for whoever reads them: 3,000 of them, and one of 1 MB", async () => {
    const volume = await volumes.create();
    const set = (mark: string) => [
      ...Array.from({ length: 3000 }, (_, at) => file(at < 100 ? `f${at}` : `folder/f${at}`, mark)),
      file("large", mark.repeat(1024 * 1024)),
    ];
    await volumes.written(volume, set("0"));
    const look =
      "cd /read; n=0; while [ ! -e /tmp/end ]; do d=$(readlink ..data); " +
      'a=$(cat f0 f99 folder/f2999 2> /dev/null | tr -d "\\n")$(tail -c 1 large); [ "$d" = "$(readlink ..data)" ] || continue; ' +
      'n=$((n+1)); case $a in 0000|1111|2222) ;; *) echo "torn: $a";; esac; done; echo "looks: $n"';
    const { container } = await volumes.reader(volume, "/read", { Entrypoint: ["sh", "-c", look] });
    for (const mark of ["1", "2"]) await volumes.written(volume, set(mark));
    await mustExec(container, ["touch", "/tmp/end"]);
    await container.wait();
    const said = await lastLogLines(container, 1000);
    assert.ok(Number(/looks: (\d+)/.exec(said)?.[1]) > 20, said);
    assert.ok(!said.includes("torn"), said);
    await container.remove({ force: true });
  });

  it("of two updates at once are those of one of them, whole, and nothing dangles", async () => {
    const volume = await volumes.create();
    await volumes.written(volume, [file("a", "0"), file("b", "0")]);
    for (let round = 1; round <= howMany(3, 20); round += 1) {
      const marks = [`${round}x`, `${round}y`];
      const ends = await Promise.all(
        marks.map((mark) => volumes.write(volume, [file("a", mark), file("b", mark)])),
      );
      const seen = await volumes.seen(volume);
      assert.ok(marks.includes(seen["a"] ?? "") && seen["a"] === seen["b"], JSON.stringify([seen, ends]));
      const failed = ends.filter(({ exitCode }) => exitCode !== 0);
      assert.ok(failed.length < 2, JSON.stringify(ends));
      for (const { said } of failed) assert.match(said, /another update wrote them at the same time/);
    }
    await volumes.written(volume, [file("a", "z"), file("b", "z")]);
    assert.deepEqual(await volumes.seen(volume), { a: "z", b: "z" });
  });

  it("that another update is still writing stay, and a forgotten directory goes", async () => {
    const volume = await volumes.create();
    const target = { image: catalogues.local.prometheus, volume, labels: volumes.labels };
    const other = await FileSet.stage(volumes.docker, target, [file("a", "other")]);
    await volumes.inVolume(volume, `mkdir ..${Date.now() - 3_600_000}-abcdef`);
    await volumes.written(volume, [file("a", "mine")]);
    assert.deepEqual(await volumes.left(volume), [other.directory]);
    await other.showAlone();
    assert.deepEqual(await volumes.seen(volume), { a: "other" });
    assert.deepEqual(await volumes.left(volume), []);
    const gone = await FileSet.stage(volumes.docker, target, [file("a", "gone")]);
    await volumes.inVolume(volume, `rm -rf ${gone.directory}`);
    await assert.rejects(gone.show(), /another update wrote them at the same time/);
    await gone.discard();
    assert.deepEqual(await volumes.seen(volume), { a: "other" });
  });

  it("are told to what runs with them by a signal, a command or a restart", async () => {
    const volume = await volumes.create();
    await volumes.written(volume, [file("value", "0")]);
    const loop = "trap 'echo got $(cat /read/value)' HUP; echo started; while :; do sleep 0.2; done";
    const { container, name } = await volumes.reader(volume, "/read", { Entrypoint: ["sh", "-c", loop] });
    const told = (tell: NonNullable<OnChange["tell"]>) => ({ container: name, onChange: { tell } });
    const lines = async (count: number): Promise<string | undefined> => {
      for (const deadline = Date.now() + 10_000; ;) {
        const log = (await lastLogLines(container, 1000)).split("\n");
        if (log.length >= count || Date.now() > deadline) return log.at(-1);
        await sleep(100);
      }
    };
    await lines(1);
    await volumes.written(volume, [file("value", "1")], told({ signal: "SIGHUP" }));
    assert.equal(await lines(2), "got 1");
    await volumes.written(
      volume,
      [file("value", "2")],
      told({ command: ["sh", "-c", "test $(cat /read/value) = 2"] }),
    );
    await volumes.written(volume, [file("value", "3")], told({ restart: { graceSeconds: 1 } }));
    assert.equal(await lines(3), "started");
    const unheard = await volumes.write(
      volume,
      [file("value", "4")],
      told({ post: "http://127.0.0.1:1/reload" }),
    );
    assert.match(unheard.said, /does not take its new files.*\n.*(?:refused|connect)/i);
    await container.remove({ force: true });
  });

  it("never appear if their check refuses them or can't be asked, and go back if they can't be taken", async () => {
    const volume = await volumes.create();
    await volumes.written(volume, [file("value", "good")]);
    const { container, name } = await volumes.reader(volume);
    const tell = { command: ["true"] };
    const check = [
      "sh",
      "-c",
      'grep -q good "$0/value" || { sed "s/^/refused: /; p; s/bad/wrong/" "$0/value"; exit 1; }',
      "{}",
    ];
    const secret = "Secret0MarkOfSomeLength";
    const refused = await volumes.write(volume, [file("value", `bad ${secret}`)], {
      container: name,
      onChange: { check, tell },
    });
    assert.equal(
      refused.said,
      `${name} does not take its new files, and goes on with those that it has:\n  refused: ***\n  refused: wrong ***\n` +
        "Correct the settings that they are made of, or put the former ones back, and run pulumi up again.\n",
    );
    assert.deepEqual([await volumes.seen(volume), await volumes.left(volume)], [{ value: "good" }, []]);
    const failing = { check, tell: { command: ["sh", "-c", "grep -v too /read/value"] } };
    const back = await volumes.write(volume, [file("value", "good too")], {
      container: name,
      onChange: failing,
    });
    assert.match(back.said, /and goes on with those that it has:\n {2}the command that tells it ended with/);
    assert.deepEqual(await volumes.seen(volume), { value: "good" });
    assert.deepEqual([await volumes.left(volume), await volumes.notes(volume)], [["..change"], {}]);
    const writing = volumes.start(volume, [file("value", "unasked")], {
      container: name,
      onChange: { check: ["sleep", "60"], tell },
    });
    const asked = async () =>
      JSON.stringify(((await container.top()) as { Processes: string[][] }).Processes).includes("sleep 60");
    while (!(await asked())) await sleep(50);
    await container.remove({ force: true });
    const { exitCode, said } = await writing.ended;
    assert.deepEqual([exitCode, await volumes.seen(volume)], [1, { value: "good" }], said);
    assert.match(said, /Run pulumi up again|goes on/);
    assert.deepEqual(await volumes.left(volume), ["..change"]);
  });

  it("say so if the way back fails too, and stay noted as pending until an update has repaired them", async () => {
    const volume = await volumes.create();
    const { name } = await volumes.reader(volume);
    const told = { container: name, digest: "d1" };
    await volumes.written(volume, [file("value", "1")], told);
    assert.deepEqual(await volumes.notes(volume), { done: { repairs: 0, digest: "d1" } });
    const deaf = { tell: { command: ["sh", "-c", "echo deaf to $(cat /read/value) >&2; exit 3"] } };
    const { exitCode, said } = await volumes.write(volume, [file("value", "2")], {
      ...told,
      digest: "d2",
      onChange: deaf,
    });
    assert.equal(exitCode, 1);
    assert.match(
      said,
      /does not take its new files:\n {2}deaf to 2\nThe way back .* failed too:\n {2}deaf to 1\n/,
    );
    assert.match(said, /Its volume has the former files again; .*docker restart \S+-reader-\d+\n/);
    assert.deepEqual(await volumes.notes(volume), {
      done: { repairs: 0, digest: "d1" },
      pending: { repairs: 0, digest: "d2" },
    });
    await volumes.written(volume, [file("value", "1")], { ...told, repairs: 1 });
    assert.deepEqual(await volumes.notes(volume), { done: { repairs: 1, digest: "d1" } });
  });

  it("are shown to a container that the engine is about to start again, which isn't asked", async () => {
    const volume = await volumes.create();
    const { container, name } = await volumes.reader(
      volume,
      "/read",
      { Entrypoint: ["sh", "-c", "exit 1"] },
      { RestartPolicy: { Name: "always" } },
    );
    const restarting = async () => {
      const { State } = await container.inspect();
      return State.Restarting && State.Running;
    };
    for (const deadline = Date.now() + 30_000; !(await restarting()) && Date.now() < deadline;)
      await sleep(20);
    const fails = { check: ["false"], tell: { command: ["false"] } };
    // From the third start on, the engine waits for longer than this takes.
    while ((await container.inspect()).RestartCount < 5) await sleep(50);
    await volumes.written(volume, [file("value", "1")], { container: name, onChange: fails });
    assert.deepEqual(await volumes.seen(volume), { value: "1" });
    await container.remove({ force: true });
  });
});
