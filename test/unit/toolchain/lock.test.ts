import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../../toolchain/lock.ts";

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

  it("takes over from a process that is gone", async () => {
    mkdirSync(join(folder, "set-up.lock"));
    // No process has an id beyond the kernel's limit.
    writeFileSync(join(folder, "set-up.lock", "pid"), "4194305");
    assert.equal(await withLock("set-up", () => Promise.resolve("mine"), silent, folder), "mine");
  });
});
