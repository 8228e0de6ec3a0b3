import assert from "node:assert/strict";
import { splitFrames } from "../../../engine/frames.ts";
import { frame } from "../support/fake-container.ts";

describe("the engine's frames", () => {
  it("are taken apart by stream, and kept in order", () => {
    const raw = Buffer.concat([frame(1, "a\n"), frame(2, "b\n"), frame(1, "c\n")]);
    assert.deepEqual(splitFrames(raw), { stdout: "a\nc\n", stderr: "b\n", both: "a\nb\nc\n" });
  });

  it("may be none, or empty", () => {
    const nothing = { stdout: "", stderr: "", both: "" };
    assert.deepEqual(splitFrames(Buffer.alloc(0)), nothing);
    assert.deepEqual(splitFrames(frame(1, "")), nothing);
  });

  it("may cut a character in two", () => {
    const euro = Buffer.from("€");
    const raw = Buffer.concat([frame(1, euro.subarray(0, 1)), frame(1, euro.subarray(1))]);
    assert.equal(splitFrames(raw).stdout, "€");
  });

  it("may be longer than a byte can say", () => {
    const long = "x".repeat(70_000);
    assert.equal(splitFrames(frame(2, long)).stderr, long);
  });

  it("may break off", () => {
    assert.equal(splitFrames(frame(1, "whole").subarray(0, -2)).stdout, "who");
    assert.equal(splitFrames(Buffer.concat([frame(1, "whole"), Buffer.from([1, 0])])).stdout, "whole");
  });
});
