import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tellServing } from "../../../gateway/serving.ts";
import { FakeContainer } from "../support/fake-container.ts";

describe("which release serves", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "webnet-serving-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the gateway's commands on a folder of our own. */
  const tell = async (release: string | undefined): Promise<void> => {
    const fake = new FakeContainer(({ argv: [command = "", ...args] }) => {
      const there = args.map((word) => word.replaceAll("/run/webnet", folder));
      const { status, stderr } = spawnSync(command, there, { encoding: "utf8" });
      return { exitCode: status ?? -1, stderr };
    });
    await tellServing(fake.exec, release);
  };
  const file = () => join(folder, "serving");

  it("is told by its id, and by nothing else in that folder", async () => {
    for (const release of ["blue-00000001", "green-00000002", "blue-00000001"]) {
      await tell(release);
      assert.equal(readFileSync(file(), "utf8"), `${release}\n`);
      assert.deepEqual(readdirSync(folder), ["serving"]);
    }
  });

  it("is none where none does", async () => {
    await tell(undefined);
    await tell("blue-00000001");
    await tell(undefined);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is told by a file of its own, so that nobody reads half of one, and that any user can read", async () => {
    await tell("blue-00000001");
    const { ino } = statSync(file());
    await tell("green-00000002");
    assert.notEqual(statSync(file()).ino, ino);
    assert.equal(statSync(file()).mode & 0o444, 0o444);
  });

  it("is told once only, and anew after a step that was killed", async () => {
    await tell("blue-00000001");
    const { ino } = statSync(file());
    await tell("blue-00000001");
    assert.equal(statSync(file()).ino, ino);
    writeFileSync(file(), "");
    writeFileSync(join(folder, ".next"), "green-0");
    await tell("blue-00000001");
    assert.equal(readFileSync(file(), "utf8"), "blue-00000001\n");
  });

  it("that can't be told is an error", async function () {
    // Root writes everywhere.
    if (process.getuid?.() === 0) rmSync(folder, { recursive: true });
    else chmodSync(folder, 0o500);
    await assert.rejects(tell("blue-00000001"), /ended with exit code/);
    if (process.getuid?.() === 0) folder = mkdtempSync(join(tmpdir(), "webnet-serving-"));
    else chmodSync(folder, 0o700);
  });
});
