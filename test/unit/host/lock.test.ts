import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
