import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  discardScript,
  settleScript,
  showAloneScript,
  showScript,
  takeBackScript,
  undoneScript,
} from "../../../engine/file-set-steps.ts";

describe("the steps of a volume's files", () => {
  let folder: string;
  let time: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-files-"));
    time = Date.now();
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs a step as the shell of an image does. */
  async function step(script: string, ...words: string[]): Promise<string> {
    return await new Promise((resolve, reject) => {
      const argv = ["-ec", script, "files", ...words];
      execFile("sh", argv, { cwd: folder }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trim());
        else reject(new Error(stderr.trim()));
      });
    });
  }

  function staged(files: Record<string, string>): string {
    const directory = `..${(time += 1)}-${Math.random().toString(16).slice(2, 8)}`;
    mkdirSync(join(folder, directory));
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, directory, name), content);
    return directory;
  }

  /** Replaces a command of the scripts by others, which see the true one under its name. */
  const withTool = (name: string, commands: string): string =>
    `${name}() { (\nunset -f ${name}\n${commands}\n); }`;

  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const names = (): string[] => readdirSync(folder).sort();
  const notes = (): string[] => readdirSync(join(folder, "..change")).sort();
  const busy = /another update wrote them at the same time/;

  it("give each file its own name, whatever link has it", async () => {
    symlinkSync("other", join(folder, "a"));
    symlinkSync("..data/a", join(folder, "b"));
    await step(showAloneScript, staged({ a: "1", b: "2" }), "");
    assert.deepEqual([read("a"), read("b")], ["1", "2"]);
    assert.deepEqual(
      names().filter((name) => !name.startsWith("..")),
      ["a", "b"],
    );
  });

  it("keep on the way back to old files what another update writes at that time", async () => {
    time = Date.now() - 3_600_000;
    const former = staged({ a: "1" });
    await step(showAloneScript, former, "");
    time = Date.now();
    const refused = staged({ a: "2" });
    await step(showScript, refused, "note");
    const others = staged({ a: "3" });
    await step(takeBackScript, refused, former);
    await step(undoneScript, former, refused);
    assert.ok(names().includes(others));
    assert.ok(!names().includes(refused));
    await step(showAloneScript, others, "");
    assert.equal(read("a"), "3");
  });

  it("replace plain files and directories by links, and remove what is no longer named", async () => {
    writeFileSync(join(folder, "a"), "plain");
    writeFileSync(join(folder, "gone"), "plain");
    mkdirSync(join(folder, "-b"));
    writeFileSync(join(folder, "-b", "c"), "plain");
    symlinkSync("nowhere", join(folder, "dangling"));
    const first = staged({ a: "1", "-b": "1", ".c d": "1" });
    await step(showAloneScript, first, "");
    assert.deepEqual(names(), ["-b", "..data", first, ".c d", "a"].sort());
    for (const name of ["a", "-b", ".c d"]) assert.equal(read(name), "1", name);
  });

  it("note a change as pending before it appears, and as done once it is complete", async () => {
    const first = staged({ a: "1" });
    await step(showAloneScript, first, '{"repairs":0}');
    assert.deepEqual([notes(), read("..change/done")], [["done"], '{"repairs":0}']);
    const second = staged({ a: "2" });
    assert.equal(await step(showScript, second, '{"repairs":1}'), first);
    assert.deepEqual([notes(), read("a")], [["done", `pending${second}`], "2"]);
    await step(settleScript, second, '{"repairs":1}', first);
    assert.deepEqual([notes(), read("..change/done")], [["done"], '{"repairs":1}']);
    assert.deepEqual(names(), ["..change", "..data", second, "a"].sort());
  });

  it("go back to the former files, and remove the note only once that is complete", async () => {
    const first = staged({ a: "1" });
    await step(showAloneScript, first, "{}");
    const second = staged({ a: "2", b: "2" });
    await step(showScript, second, "{}");
    await step(takeBackScript, second, first);
    assert.deepEqual([notes(), read("a")], [["done", `pending${second}`], "1"]);
    await step(undoneScript, first, second);
    assert.deepEqual([notes(), names()], [["done"], ["..change", "..data", first, "a"].sort()]);
  });

  it("go back to nothing if there were no former files, and say so", async () => {
    const only = staged({ a: "1" });
    await step(showScript, only, "{}");
    await assert.rejects(step(takeBackScript, only, ""), /the former files are gone/);
    assert.equal(read("a"), "1");
  });

  it("never remove what another update reads, or is about to", async () => {
    const [mine, other] = [staged({ a: "mine" }), staged({ a: "other" })];
    await step(showAloneScript, mine, "");
    await step(showScript, other, "{}");
    await step(discardScript, other);
    assert.equal(read("a"), "other");
    await assert.rejects(step(settleScript, mine, "", ""), busy);
    await assert.rejects(step(takeBackScript, mine, other), busy);
    await step(settleScript, other, "{}", mine);
    assert.equal(read("a"), "other");
    await assert.rejects(step(showScript, mine, ""), busy);
    assert.equal(read("a"), "other");
  });

  it("keep the names of files that another update shows while the leftovers are removed", async () => {
    const mine = staged({ a: "mine" });
    await step(showScript, mine, "");
    const other = staged({ a: "other" });
    // Shows the other files once the link has been looked at, and removes these.
    const late = withTool(
      "readlink",
      `readlink "$@"; ln -sfn ${other} ..late; mv -T ..late ..data; rm -rf ${mine}`,
    );
    await assert.rejects(step(`${late}\n${settleScript}`, mine, "", ""), busy);
    assert.equal(read("a"), "other");
  });

  it("make a name again that went while another update showed its files", async () => {
    await step(showAloneScript, staged({ a: "0", b: "0" }), "");
    const mine = staged({ a: "mine" });
    await step(showScript, mine, "");
    const other = staged({ a: "other", b: "other" });
    // The other update moves the link once this one has found that no file b is read any more.
    const late = withTool(
      "rm",
      `case "$*" in *./b) ln -sfn ${other} ..late; mv -T ..late ..data ;; esac; rm "$@"`,
    );
    await assert.rejects(step(`${late}\n${settleScript}`, mine, "", ""), busy);
    assert.deepEqual([read("a"), read("b")], ["other", "other"]);
  });

  it("never remove the files that are read where the link can't be read", async () => {
    const live = staged({ a: "1" });
    await step(showAloneScript, live, "");
    const broken = withTool("readlink", "echo 'readlink: Input/output error' >&2; exit 1");
    const next = staged({ a: "2" });
    for (const [script, ...words] of [
      [discardScript, live],
      [showAloneScript, next, ""],
      [settleScript, live, "", ""],
    ] as const) {
      await assert.rejects(step(`${broken}\n${script}`, ...words), /Input\/output error/);
      assert.equal(read("a"), "1");
    }
  });

  it("read the former files again where a name can't be made", async () => {
    await step(showAloneScript, staged({ a: "1" }), "");
    const next = staged({ a: "2", b: "2" });
    const full = withTool(
      "ln",
      `case "$*" in *..data/*) echo 'ln: No space left' >&2; exit 1 ;; esac; ln "$@"`,
    );
    await assert.rejects(step(`${full}\n${showScript}`, next, ""), /No space left/);
    assert.equal(read("a"), "1");
  });

  it("remove what the clock of another time left in the far future", async () => {
    const ahead = `..${Date.now() + 86_400_000}-abcdef`;
    mkdirSync(join(folder, ahead));
    await step(showAloneScript, staged({ a: "1" }), "");
    assert.ok(!names().includes(ahead));
  });

  it("of two updates at once end with the files of one of them, over and over", async () => {
    await step(showAloneScript, staged({ a: "0" }), "");
    for (let round = 0; round < 30; round += 1) {
      const both = [staged({ a: `${round}x` }), staged({ a: `${round}y` })];
      const ends = await Promise.allSettled(both.map((one) => step(showAloneScript, one, "{}")));
      const failed = ends.filter((end) => end.status === "rejected");
      assert.ok(failed.length < 2, JSON.stringify(failed));
      for (const { reason } of failed) assert.match(String(reason), busy);
      assert.match(read("a"), new RegExp(`^${round}[xy]$`));
      assert.ok(notes().includes("done"));
    }
  });
});
