import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { mustBeIdle } from "../../ops/recover/idle.ts";
import { findLocks } from "../../pulumi/lock.ts";
import { narrator } from "../../ops/recover/narrator.ts";
import { freeLocks } from "../../ops/recover/unlock.ts";
import { BareStack } from "./support/bare-stack.ts";
import { startBucket, type Bucket } from "./support/bucket.ts";

const locks = ".pulumi/locks/organization/webnet/prod";
/** Above the kernel's limit, so no process has this id. */
const gone = 4_194_305;

describe("the lock of a stack whose backend is a bucket", function () {
  this.timeout("15m");
  let bucket: Bucket;
  let bare: BareStack;

  before(async () => {
    bucket = await startBucket();
    bare = new BareStack("prod", bucket.backend, bucket.environment);
    await bare.must("stack", "init", "--no-select");
  });

  after(() => {
    bare[Symbol.dispose]();
    bucket[Symbol.dispose]();
  });

  async function leave(pid: number, host = hostname()): Promise<void> {
    const lock = { pid, username: "ann", hostname: host, timestamp: new Date() };
    await bucket.put(`${locks}/${pid}.json`, JSON.stringify(lock));
  }

  const free = (breakLock: boolean, lines: string[] = []): Promise<boolean> =>
    freeLocks(
      bare.target,
      breakLock,
      narrator((line) => lines.push(line), false),
    );

  it("is none as long as nobody works on it", async () => {
    assert.deepEqual(await findLocks(bare.target), []);
    await mustBeIdle(bare.target);
    assert.equal(await free(true), false);
  });

  it("is found and freed where its process is gone", async () => {
    await leave(gone);
    const found = await findLocks(bare.target);
    assert.deepEqual(
      found.map(({ owner }) => owner),
      ["dead"],
    );
    await assert.rejects(
      mustBeIdle(bare.target),
      /was interrupted \(ann@.*Before anything else: npm run ops -- recover --stack prod --cwd \S+$/,
    );
    const lines: string[] = [];
    assert.equal(await free(false, lines), true);
    assert.match(lines.join("\n"), /locked by ann@\S+, process 4194305.*that process is gone/);
    assert.deepEqual(await findLocks(bare.target), []);
    await mustBeIdle(bare.target);
  });

  it("of another host is broken only by who knows that its update is dead", async () => {
    await leave(7, "elsewhere");
    await assert.rejects(
      mustBeIdle(bare.target),
      /runs, or was killed: ann@elsewhere.*recover --break-lock --stack prod/,
    );
    await assert.rejects(free(false), /can't be seen from here, and nothing was touched/);
    assert.equal((await findLocks(bare.target)).length, 1);
    assert.equal(await free(true), true);
    assert.deepEqual(await findLocks(bare.target), []);
  });

  it("of an update that runs keeps everybody out", async () => {
    // Webnet recognizes a running Pulumi by the name of its program.
    const program = join(bare.folder, "pulumi");
    copyFileSync("/bin/sleep", program);
    const update = spawn(program, ["600"], { stdio: "ignore" });
    try {
      await leave(update.pid ?? 0);
      await assert.rejects(mustBeIdle(bare.target), /an update of prod runs: ann@/);
      await assert.rejects(free(true), /an update of prod runs: ann@.*Nothing was touched/);
      assert.equal((await findLocks(bare.target)).length, 1);
    } finally {
      update.kill("SIGKILL");
    }
    assert.equal(await free(false), true);
  });

  it("that can't be asked for is an error, and never no lock", async () => {
    using away = new BareStack("prod", bucket.backend.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1"), {
      ...bucket.environment,
      AWS_MAX_ATTEMPTS: "1",
    });
    await assert.rejects(findLocks(away.target), /whether the stack is locked can't be found out/);
  });
});
