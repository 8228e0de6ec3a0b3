import assert from "node:assert/strict";
import { digestOf } from "../../../workload/digest.ts";

describe("a digest", () => {
  it("is the same for ever", () => {
    assert.equal(digestOf({ a: 1, b: ["x", null] }), "18c01860");
  });

  it("doesn't depend on the order of keys, at any depth", () => {
    assert.equal(
      digestOf({ b: [{ d: 1, c: 2 }], a: { z: 1, y: 2 } }),
      digestOf({ a: { y: 2, z: 1 }, b: [{ c: 2, d: 1 }] }),
    );
  });

  it("depends on the order of lists", () => {
    assert.notEqual(digestOf([1, 2]), digestOf([2, 1]));
  });

  it("tells values apart that look alike", () => {
    const values = [1, "1", [1], { 0: 1 }, null, "null", "", {}, []];
    assert.equal(new Set(values.map(digestOf)).size, values.length);
  });

  it("takes a key without a value for none", () => {
    assert.equal(digestOf({ a: 1, b: undefined }), digestOf({ a: 1 }));
  });
});
