import assert from "node:assert/strict";
import { judge, type ProcessFact } from "../../../../ops/recover/lock.ts";

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
    assert.equal(judged({ ...update, started: new Date(taken.getTime() + 60_000) }).owner, "dead");
  });

  it("of another host, or one that can't be read, may be alive", () => {
    assert.equal(judged(undefined, "beta").owner, "unknown");
    assert.equal(judged(undefined, "alpha", "{").owner, "unknown");
  });
});
