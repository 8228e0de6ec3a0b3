import assert from "node:assert/strict";
import { isReadBack, processors } from "../../../settings/processors.ts";

describe("a number of processors", () => {
  it("is written as the released provider reads it back", () => {
    const written = [1, 2, 0.5, 0.25, 0.1, 1.5, 10, 11, 12.5, 100].map(processors);
    assert.deepEqual(written, ["1.0", "2.0", "0.5", "0.25", "0.1", "1.5", "10.", "11.0", "12.5", "100."]);
  });

  it("is none that is read back as another one", () => {
    assert.deepEqual([0.05, 0.09, 10.05, 20.05].filter(isReadBack), []);
    assert.deepEqual(
      [0.1, 0.15, 1.05, 9.99, 10, 10.5, 64, 256].filter((cpus) => !isReadBack(cpus)),
      [],
    );
  });
});
