import assert from "node:assert/strict";
import { outcomeTable, problemsOf, problemsOfReturn, type Measured } from "../../../../dev/demo/outcome.ts";
import { describeChanges, linesOf } from "../../../../dev/demo/platform.ts";
import { renderTable } from "../../../../dev/demo/table.ts";
import type { StepSummary } from "../../../../dev/traffic/results.ts";

const summary = (step: string, rest: Partial<StepSummary> = {}): StepSummary => ({
  step,
  seconds: 3,
  sent: 600,
  failed: 0,
  failures: {},
  p50: 1.2,
  p99: 8.6,
  max: 20,
  rowsWritten: 90,
  answeredBy: {},
  ...rest,
});

const measured = (rest: Partial<Measured> = {}): Measured => ({
  updateSeconds: new Map([["switch to green", 2.84]]),
  summaries: [summary("steady load"), summary("switch to green")],
  rows: {
    written: 180,
    found: 180,
    missing: [],
    duplicated: [],
    unacknowledged: [],
    foundByStep: { "steady load": 90, "switch to green": 90 },
  },
  surprises: [],
  ...rest,
});

describe("the demo's outcome", () => {
  it("is a table with totals", () => {
    assert.deepEqual(outcomeTable(measured()), [
      "step             update  sent  failed   p99  rows written  rows found",
      "───────────────  ──────  ────  ──────  ────  ────────────  ──────────",
      "steady load           –   600       0  9 ms            90          90",
      "switch to green   2.8 s   600       0  9 ms            90          90",
      "all               2.8 s  1200       0                 180         180",
    ]);
  });

  it("is a success only without any loss", () => {
    assert.deepEqual(problemsOf(measured()), []);
  });

  it("names failed requests, rows that are not as they should be, and silent steps", () => {
    const problems = problemsOf(
      measured({
        summaries: [
          summary("one", { failed: 3, failures: { "HTTP 502": 2, timeout: 1 } }),
          summary("two", { sent: 0 }),
        ],
        rows: {
          written: 5,
          found: 4,
          missing: ["id-1"],
          duplicated: ["id-2"],
          unacknowledged: [],
          foundByStep: {},
        },
        surprises: ["A surprise."],
      }),
    );
    assert.deepEqual(problems, [
      "A surprise.",
      'In step "one" 3 of 600 requests failed: 2 x HTTP 502, 1 x timeout.',
      'In step "two" no request was sent, so it shows nothing.',
      "1 acknowledged rows are missing, e.g. id-1.",
      "1 rows are there twice, e.g. id-2.",
    ]);
  });

  it("is no success where the platform didn't get back to its own config", () => {
    assert.deepEqual(problemsOfReturn({ outcome: "succeeds" }), []);
    assert.deepEqual(problemsOf(measured({ surprises: problemsOfReturn({ outcome: "fails" }) })), [
      "The update back to the config in the repository failed, so the platform has that of the demo's end.",
    ]);
  });

  it("shows the table also when the rows can't be read back", () => {
    const unread = measured({ rows: undefined, surprises: ["The rows can't be read back: HTTP 500."] });
    assert.match(outcomeTable(unread).at(-1) ?? "", /180 +\?$/);
    assert.deepEqual(problemsOf(unread), ["The rows can't be read back: HTTP 500."]);
  });

  it("fills up short rows of a table", () => {
    assert.deepEqual(renderTable(["a", "b"], [["x"]]), ["a  b", "─  ─", "x"]);
  });

  it("tells an update's changes in words", () => {
    assert.equal(describeChanges({ same: 30, update: 1 }), "1 updated, 30 unchanged");
    assert.equal(describeChanges({}), "nothing to do");
  });

  it("takes Pulumi's colour marks out of its errors", () => {
    assert.deepEqual(linesOf("<{%reset%}>error: no<{%reset%}>\n\n  log line  \n"), [
      "error: no",
      "  log line",
    ]);
  });
});
