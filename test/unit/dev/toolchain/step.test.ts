import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { formatSeconds, step } from "../../../../dev/toolchain/step.ts";

describe("step", () => {
  it("prints what was done, with its time", async () => {
    const lines: string[] = [];
    await step("plugin x 1.0", () => Promise.resolve({ done: "built" }), {
      print: (line) => lines.push(line),
    });
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^• plugin x 1\.0 … built \(0\.\ds\)$/);
  });

  it("is silent about what was there, unless asked", async () => {
    const lines: string[] = [];
    const print = (line: string): unknown => lines.push(line);
    const work = (): Promise<{ skipped: string }> => Promise.resolve({ skipped: "already there" });
    await step("plugin", work, { print });
    assert.deepEqual(lines, []);
    await step("plugin", work, { print, verbose: true });
    assert.deepEqual(lines, ["• plugin … already there"]);
  });

  it("tells again and again that a long step goes on, with the newest progress", async () => {
    const lines: string[] = [];
    await step(
      "engine",
      async (progress) => {
        progress("downloading");
        await sleep(70);
        progress("unpacking");
        await sleep(70);
        return { done: "started" };
      },
      { print: (line) => lines.push(line), heartbeatSeconds: 0.05 },
    );
    assert.match(lines[0] ?? "", /^ {2}engine: downloading \(0\.\ds so far\)$/);
    assert.ok(lines.some((line) => line.includes("unpacking")));
    assert.match(lines.at(-1) ?? "", /^• engine … started/);
  });

  it("prints a failure at once and passes it on with its title", async () => {
    const lines: string[] = [];
    const work = (): Promise<never> => Promise.reject(new Error("no network\n  details"));
    await assert.rejects(step("engine", work, { print: (line) => lines.push(line) }), {
      message: "engine: no network\n  details",
    });
    assert.match(lines[0] ?? "", /^• engine … failed \(0\.\ds\): no network$/);
  });

  for (const [seconds, text] of [
    [0.04, "0.0s"],
    [9.94, "9.9s"],
    [12.4, "12s"],
    [60, "1m00s"],
    [195.2, "3m15s"],
  ] as const) {
    it(`writes ${seconds} seconds as ${text}`, () => {
      assert.equal(formatSeconds(seconds), text);
    });
  }
});
