import assert from "node:assert/strict";
import { byKind, seenIn } from "../../../../dev/bench/phases.ts";
import { renderPlot } from "../../../../dev/bench/plot.ts";
import { withSection } from "../../../../dev/bench/results-file.ts";
import { switchReport } from "../../../../dev/bench/switch-report.ts";
import { result } from "../../support/result.ts";

const rows = { written: 3, found: 3, missing: [], duplicated: [], unacknowledged: [], foundByStep: {} };

describe("bench: what clients saw", () => {
  it("is of the requests that began within the stretches", () => {
    const results = [result(0, 1), result(10, 2), result(20, 4, { failure: "HTTP 502" }), result(30, 8)];
    const seen = seenIn(results, [
      { start: 5, end: 15 },
      { start: 20, end: 30 },
    ]);
    assert.deepEqual(seen, { requests: 2, failed: 1, p50: 2, p99: 4, max: 4 });
  });

  it("is counted by kind", () => {
    const results = [result(0, 1), result(1, 1, { failure: "timeout" }), result(2, 1, { kind: "rows" })];
    assert.deepEqual(Object.fromEntries(byKind(results)), {
      keepAlive: { requests: 2, failed: 1 },
      rows: { requests: 1, failed: 0 },
    });
  });
});

describe("bench: the plot", () => {
  const deploys = [
    { what: "switch", start: 2000, end: 5000 },
    { what: "rollback", start: 7000, end: 9000 },
  ] as const;
  const steady = Array.from({ length: 100 }, (_, index) => result(index * 100, 3));

  it("marks each deploy, and is well-formed", () => {
    const svg = renderPlot([{ title: "ours", results: steady, deploys }]);
    assert.equal(svg.match(/fill-opacity/g)?.length, 2);
    assert.equal(svg.match(/<polyline/g)?.length, 2);
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    const open = svg.match(/<(svg|text|title)\b/g)?.length;
    assert.equal(svg.match(/<\/(svg|text|title)>/g)?.length, open);
  });

  it("shows failures in the second in which they came", () => {
    const failed = [
      result(1000, 6500, { failure: "ECONNRESET" }),
      result(7600, 100, { failure: "ECONNRESET" }),
    ];
    const clean = renderPlot([{ title: "ours", results: steady, deploys }]);
    assert.doesNotMatch(clean, /failed<\/title>/);
    const svg = renderPlot([{ title: "ours", results: [...steady, ...failed], deploys }]);
    assert.deepEqual(svg.match(/\d+ failed<\/title>/g), ["2 failed</title>"]);
  });

  it("draws nothing but its frame of no results", () => {
    assert.doesNotMatch(renderPlot([{ title: "nothing", results: [], deploys: [] }]), /NaN|Infinity/);
  });
});

describe("bench: the results", () => {
  it("are ratios to the steady load of the same run", () => {
    const ours = {
      results: [result(0, 2), result(1500, 3), result(2500, 6, { kind: "rows" })],
      deploys: [
        { what: "switch", start: 1000, end: 2000 } as const,
        { what: "tag change", start: 2000, end: 3000 } as const,
      ],
      rows,
      refusals: ["smoke check failed"],
    };
    const old = {
      results: [result(0, 2, { failure: "ECONNRESET" })],
      deploys: [{ what: "gateway recreated", start: 0, end: 500 } as const],
      rows,
    };
    const text = switchReport({ ours, old, steadyMilliseconds: 1000, early: 0 }, 2);
    assert.match(
      text,
      /\| switches to the warm standby \| 1 \| 1\.0 s \| 1 \| 0 \| 3\.0 ms \| 3\.0 ms \| 1\.50 x \|/,
    );
    assert.match(text, /\| all of them \| 2 \| .* \| 3\.00 x \|/);
    assert.match(text, /0 of 3 requests, messages and streams failed; by the old way 1 of 1/);
    assert.match(text, /\| keepAlive \| 2 \| 0 \| 2\.0 ms \| 3\.0 ms \| 1\.50 x \| 1 \| 1 \|/);
    assert.match(text, /\| rows \| 1 \| 0 \| {2}\| {2}\| {2}\| 0 \| 0 \|/);
    assert.match(text, /\n1 updates failed, which left in place what served/);
    assert.match(text, /Failures by the old way: 1 ECONNRESET\./);
    assert.doesNotMatch(text, /Failures of ours/);
  });

  it("take the place of the same bench's former ones, and leave the others'", () => {
    const document = "# One\n\nold\n\n| a |\n\n# Two\n\nkept\n";
    assert.equal(withSection(document, "One", "new"), "# One\n\nnew\n\n# Two\n\nkept\n");
    assert.equal(withSection(document, "Three", "added"), `${document}\n# Three\n\nadded\n`);
    assert.equal(withSection("", "One", "first"), "# One\n\nfirst\n");
  });
});
