import assert from "node:assert/strict";
import { thisProcess, stateOf } from "../../../host/owner.ts";
import { isRunning } from "../../../host/processes.ts";

/** Beyond the kernel's limit: no process has this id, and /proc lacks it, as it lacks a hidden one. */
const hidden = 4_194_305;

describe("another user's process that /proc hides", () => {
  const kill = process.kill.bind(process);
  afterEach(() => {
    process.kill = kill;
  });

  /** Sets the kernel's answers to a signal for the process, in order; the last one repeats. */
  function answering(...codes: string[]): void {
    process.kill = () => {
      const [code = ""] = codes.length > 1 ? codes.splice(0, 1) : codes;
      throw Object.assign(new Error(code), { code });
    };
  }

  it("runs, and is the one that a note names", () => {
    answering("EPERM");
    assert.equal(isRunning(hidden), true);
    assert.equal(stateOf({ ...thisProcess(), pid: hidden }), "running");
  });

  it("has ended where it is gone, even just now", () => {
    answering("ESRCH");
    assert.equal(isRunning(hidden), false);
    answering("EPERM", "ESRCH");
    assert.equal(isRunning(hidden), false);
    assert.equal(stateOf({ ...thisProcess(), pid: hidden }), "gone");
  });

  it("is another one than the noted where the host was started since", () => {
    answering("EPERM");
    assert.equal(stateOf({ ...thisProcess(), pid: hidden, boot: "another-boot" }), "gone");
  });
});
