import assert from "node:assert/strict";
import fs, { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../../host/lock.ts";
import { thisProcess } from "../../../host/owner.ts";

const silent = (): void => undefined;

describe("withLock", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("lets the second wait for the first, and says so", async () => {
    const events: string[] = [];
    const one = withLock(
      "set-up",
      async () => {
        await sleep(50);
        events.push("one");
      },
      () => undefined,
      folder,
    );
    const two = withLock(
      "set-up",
      () => Promise.resolve(events.push("two")),
      (line) => events.push(line),
      folder,
    );
    await Promise.all([one, two]);
    assert.deepEqual(events, [`• waiting for another set-up (process ${process.pid})`, "one", "two"]);
  });

  it("is free again after a failure", async () => {
    const failing = (): Promise<never> => Promise.reject(new Error("broken"));
    await assert.rejects(withLock("set-up", failing, silent, folder), /broken/);
    assert.equal(existsSync(join(folder, "set-up.lock")), false);
  });

  function leave(owner: object): string {
    const lock = join(folder, "set-up.lock");
    mkdirSync(lock);
    writeFileSync(join(lock, "owner"), JSON.stringify({ ...thisProcess(), ...owner }));
    return lock;
  }

  for (const [what, owner] of [
    // No process has an id beyond the kernel's limit.
    ["a process that is gone", { pid: 4_194_305 }],
    ["a process whose id another one got since", { ticks: 1 }],
    ["a process that ended with the host", { boot: "another-boot" }],
  ] as const) {
    it(`takes over from ${what}`, async () => {
      leave(owner);
      assert.equal(await withLock("set-up", () => Promise.resolve("mine"), silent, folder), "mine");
    });
  }

  it("takes over though a process of the same id has left a dead lock half removed", async () => {
    const leftover = `${leave({ pid: 4_194_305 })}.${process.pid}`;
    mkdirSync(leftover);
    writeFileSync(join(leftover, "owner"), "");
    assert.equal(await withLock("set-up", () => Promise.resolve("mine"), silent, folder), "mine");
  });

  it("says why where a dead lock can't be removed", async () => {
    const lock = leave({ pid: 4_194_305 });
    const rename = fs.renameSync;
    fs.renameSync = () => {
      throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    };
    syncBuiltinESMExports();
    try {
      await assert.rejects(
        withLock("set-up", () => Promise.resolve("mine"), silent, folder),
        {
          message:
            `the process that held ${lock} has ended, and the lock can't be removed (EACCES: permission denied). ` +
            `As a user who may do that: rm -r ${lock}`,
        },
      );
    } finally {
      fs.renameSync = rename;
      syncBuiltinESMExports();
    }
  });

  it("leaves a lock that another process took just now, before it could name itself", async () => {
    const lock = leave({ pid: 4_194_305 });
    const lines: string[] = [];
    const kill = process.kill.bind(process);
    let isOther = false;
    process.kill = (pid, signal) => {
      if (pid === 4_194_305 && !isOther) {
        isOther = true;
        rmSync(lock, { recursive: true });
        mkdirSync(lock);
        setTimeout(() => {
          writeFileSync(join(lock, "owner"), JSON.stringify(thisProcess()), { flag: "wx" });
          setTimeout(() => {
            rmSync(lock, { recursive: true });
          }, 100);
        }, 50);
      }
      return kill(pid, signal);
    };
    try {
      const work = (): Promise<string> => Promise.resolve("mine");
      assert.equal(await withLock("set-up", work, (line) => lines.push(line), folder), "mine");
    } finally {
      process.kill = kill;
    }
    assert.deepEqual(lines, ["• waiting for another set-up"]);
  });

  it("leaves a lock that is no longer its own when its work is done", async () => {
    const lock = join(folder, "set-up.lock");
    const other = JSON.stringify(thisProcess());
    const work = (): Promise<void> => {
      rmSync(lock, { recursive: true });
      leave({});
      return Promise.resolve();
    };
    await withLock("set-up", work, silent, folder);
    assert.equal(readFileSync(join(lock, "owner"), "utf8"), other);
  });

  it("never waits for a process of another host, and names it", async () => {
    const lock = leave({ host: "elsewhere", pid: 7 });
    await assert.rejects(
      withLock("set-up", () => Promise.resolve("mine"), silent, folder),
      {
        message: `another set-up has this folder, as process 7 of elsewhere. If that one is dead: rm -r ${lock}`,
      },
    );
  });
});
