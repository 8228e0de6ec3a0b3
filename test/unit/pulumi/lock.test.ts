import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { judge, locksIn, type ProcessFact } from "../../../pulumi/lock.ts";

const taken = new Date("2026-01-02T03:04:05Z");
const now = new Date(taken.getTime() + 90_000);
const lock = JSON.stringify({
  pid: 4711,
  username: "ann",
  hostname: "alpha",
  timestamp: "2026-01-02T03:04:05Z",
});

function judged(found: ProcessFact | undefined, host = "alpha", text = lock) {
  return judge(text, host, (pid) => (pid === 4711 ? found : undefined), now);
}

const update: ProcessFact = { program: "/usr/bin/pulumi", started: new Date(taken.getTime() - 3000) };

describe("the lock of a stack", () => {
  it("names owner, process, host and age", () => {
    assert.equal(judged(update).what, "ann@alpha, process 4711, since 2026-01-02T03:04:05.000Z (90 s ago)");
  });

  it("is alive while its process runs", () => {
    assert.equal(judged(update).owner, "running");
    assert.equal(judged({ program: undefined, started: undefined }).owner, "running");
  });

  it("is dead when its process is gone, or its number belongs to another one now", () => {
    assert.equal(judged(undefined).owner, "dead");
    assert.equal(judged({ ...update, program: "/usr/bin/vim" }).owner, "dead");
  });

  it("may be alive where another update has its number, or the clock was put forward since", () => {
    assert.equal(judged({ ...update, started: new Date(taken.getTime() + 60_000) }).owner, "unknown");
  });

  it("is alive where a wrapper runs the CLI under another name", () => {
    assert.equal(judged({ ...update, program: "/opt/bin/.pulumi-wrapped" }).owner, "running");
  });

  it("of another host, or one that can't be read, may be alive", () => {
    assert.equal(judged(undefined, "beta").owner, "unknown");
    assert.equal(judged(undefined, "alpha", "{").owner, "unknown");
  });
});

describe("the locks in a folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-locks-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function keep(name: string, text: string): string {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  const ofHere = (pid: number): string =>
    JSON.stringify({ pid, username: "ann", hostname: hostname(), timestamp: new Date() });

  it("are none without the folder, and none in an empty one", async () => {
    assert.deepEqual(await locksIn(join(folder, "none")), []);
    assert.deepEqual(await locksIn(folder), []);
  });

  it("are told with their files, without what is written beside them", async () => {
    const file = keep("1.json", ofHere(4_194_304));
    keep("1.json.attrs", "");
    const [found, ...others] = await locksIn(folder);
    assert.deepEqual([found?.owner, found?.file, others], ["dead", file, []]);
  });

  it("are those as well whose update was killed, or lost its power, while it wrote them", async () => {
    const files = [
      keep("1.json.18f2a.tmp", ofHere(4_194_304)),
      keep("2.json.18f2b.tmp", '{"pid":'),
      keep("3.json", ""),
      keep("4.json", "\0\0\0"),
    ];
    const found = await locksIn(folder);
    assert.deepEqual(
      found.map(({ owner, file }) => [owner, file]),
      files.map((file) => ["dead", file]),
    );
    for (const { what } of found.slice(1)) assert.match(what, /ended while it wrote its lock/);
  });

  it("are looked at again where one is just being written", async () => {
    const unfinished = keep("1.json.18f2a.tmp", "");
    const asked = locksIn(folder);
    rmSync(unfinished);
    const file = keep("1.json", ofHere(process.pid));
    assert.deepEqual(
      (await asked).map((found) => found.file),
      [file],
    );
  });

  it("may be another's where the second look finds another one that is just being written", async () => {
    for (const name of ["2.json.18f2b.tmp", "1.json.18f2a.tmp"]) {
      const unfinished = keep("1.json.18f2a.tmp", "");
      const asked = locksIn(folder);
      rmSync(unfinished);
      const file = keep(name, '{"pid":');
      assert.deepEqual(
        (await asked).map((found) => [found.file, found.owner]),
        [[file, "unknown"]],
      );
      rmSync(file);
    }
  });

  it("may be another's where one that has its name can't be read", async () => {
    keep("1.json", "{");
    assert.equal((await locksIn(folder))[0]?.owner, "unknown");
  });
});
