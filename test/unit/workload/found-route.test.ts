import assert from "node:assert/strict";
import { mustMoveAgain } from "../../../workload/found-route.ts";

describe("a route that state and config agree on", () => {
  const recorded = { digest: "d1", repairs: 0 };

  it("moves again if the step that moved it last was killed, or was told something else", () => {
    assert.equal(mustMoveAgain({ recorded, noted: { digest: "d1", pending: true } }, "d1"), true);
    assert.equal(mustMoveAgain({ recorded, noted: { digest: "d2", pending: true } }, "d1"), true);
    assert.equal(mustMoveAgain({ recorded, noted: { digest: "d2", pending: false } }, "d1"), true);
  });

  it("stays if the gateway says the same, or nothing", () => {
    assert.equal(mustMoveAgain({ recorded, noted: { digest: "d1", pending: false } }, "d1"), false);
    assert.equal(mustMoveAgain({ recorded }, "d1"), false);
  });

  it("is nothing to decide if the config differs from the state: the step runs anyway", () => {
    assert.equal(mustMoveAgain({ recorded, noted: { digest: "d1", pending: true } }, "d2"), false);
    assert.equal(mustMoveAgain({ noted: { digest: "d1", pending: true } }, "d2"), false);
  });
});
