import assert from "node:assert/strict";
import { percentile, Results } from "../../../../dev/traffic/results.ts";
import { compareRows } from "../../../../dev/traffic/rows.ts";
import { result } from "../../support/result.ts";

describe("traffic results", () => {
  it("take the smallest value that enough others don't exceed", () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    assert.equal(percentile(values, 0.5), 50);
    assert.equal(percentile(values, 0.99), 99);
    assert.equal(percentile([7], 0.99), 7);
    assert.equal(percentile([], 0.5), 0);
  });

  it("belong to the step in which they began", () => {
    const results = new Results();
    results.mark("one", 0);
    results.mark("two", 1000);
    results.all.push(
      result(0, 5),
      result(999, 500, { failure: "HTTP 502", row: "lost" }),
      result(1000, 3, { row: "kept", answeredBy: "blue v1" }),
    );
    results.end(3000);
    const [one, two] = results.summaries();
    assert.deepEqual([one?.sent, one?.failed, one?.max, one?.rowsWritten], [2, 1, 500, 0]);
    assert.deepEqual(one?.failures, { "HTTP 502": 1 });
    assert.deepEqual([two?.sent, two?.failed, two?.seconds, two?.rowsWritten], [1, 0, 2, 1]);
    assert.deepEqual(two?.answeredBy, { "blue v1": 1 });
    assert.deepEqual([...results.writtenRows()], [["kept", "two"]]);
  });

  it("leave streams and slow requests out of the answer times", () => {
    const results = new Results();
    results.mark("one", 0);
    results.all.push(result(0, 5), result(0, 9000, { kind: "slow" }), result(0, 30_000, { kind: "events" }));
    assert.deepEqual(
      results.summaries(100).map((step) => [step.sent, step.max]),
      [[3, 5]],
    );
  });
});

describe("rows read back", () => {
  it("tell missing, duplicated and unacknowledged ones", () => {
    const written = new Map([
      ["a", "one"],
      ["b", "one"],
      ["c", "two"],
    ]);
    assert.deepEqual(compareRows(written, ["a", "a", "c", "x"]), {
      written: 3,
      found: 2,
      missing: ["b"],
      duplicated: ["a"],
      unacknowledged: ["x"],
      foundByStep: { one: 1, two: 1 },
    });
  });
});
