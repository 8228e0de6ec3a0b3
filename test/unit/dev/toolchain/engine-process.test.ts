import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchEngine } from "../../../../dev/toolchain/engine-process.ts";
import { enginePaths, type EnginePaths } from "../../../../dev/toolchain/private-paths.ts";
import { isRunning } from "../../../../host/processes.ts";
import { putPrograms } from "../../support/fake-programs.ts";

describe("the start of an engine", () => {
  let paths: EnginePaths;

  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), "engine-"));
    const inFolder = (name: string): string => join(folder, name);
    paths = {
      ...enginePaths("engine-of-a-unit-test"),
      folder,
      tree: inFolder("root"),
      data: inFolder("data"),
      config: inFolder("daemon.json"),
      log: inFolder("log"),
      pid: inFolder("pid"),
      socket: inFolder("socket"),
      exec: inFolder("exec"),
      short: undefined,
    };
    for (const name of ["sbin", "lib"]) mkdirSync(join(paths.tree, "usr", name), { recursive: true });
  });
  afterEach(() => {
    rmSync(paths.folder, { recursive: true, force: true });
  });

  it("ends one that hangs on the same data, and leaves one on other data alone", async () => {
    const dockerd = join(paths.tree, "usr", "sbin", "dockerd");
    copyFileSync("/bin/sh", dockerd);
    const hang = (data: string) =>
      spawn(dockerd, ["-c", "read line", "dockerd", "--data-root", data], {
        stdio: ["pipe", "ignore", "ignore"],
      });
    const [hanging, other] = [hang(paths.data), hang("/other")];
    await Promise.all([once(hanging, "spawn"), once(other, "spawn")]);
    try {
      // The start fails: a shell is no engine.
      await assert.rejects(launchEngine(paths, { liveRestore: true }));
      assert.equal(isRunning(hanging.pid ?? 0), false);
      assert.equal(isRunning(other.pid ?? 0), true);
    } finally {
      for (const child of [hanging, other]) child.kill("SIGKILL");
    }
  });

  it("leaves no process behind that didn't answer in time", async () => {
    const noted = join(paths.folder, "started");
    putPrograms(join(paths.tree, "usr", "sbin"), {
      dockerd: `[ "$1" = --version ] && echo "version 26" && exit\necho $$ >${noted}\nexec sleep 60`,
    });
    await assert.rejects(
      launchEngine(paths, { liveRestore: true, startSeconds: 1 }),
      /the private engine did not start/,
    );
    assert.equal(isRunning(Number(readFileSync(noted, "utf8"))), false);
  });
});
