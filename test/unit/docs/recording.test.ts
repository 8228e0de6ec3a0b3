import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { outcomeTable, type Measured } from "../../../dev/demo/outcome.ts";
import { chosenLines, render } from "../../../dev/demo/recording.ts";
import { announce, print, showUpdate } from "../../../dev/demo/screen.ts";
import { steps } from "../../../dev/demo/steps.ts";
import { root } from "./pages.ts";

/** What the demo's own functions print for a run of all steps. */
function logOfDemo(): string {
  const printed: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array) => {
    printed.push(String(text));
    return true;
  };
  try {
    print("webnet demo: blue-green releases under load, on this machine only", "");
    print("", "Bringing the platform up: blue serves v1, green stands by with v1.", "   … 10s");
    showUpdate({ outcome: "succeeds", changes: "77 created", outputs: {} }, 23);
    for (const [index, step] of steps.entries()) {
      announce(index, step);
      const errors = [
        'exit status 1: running "node deploy/gate.ts":',
        "release green-1 turned unhealthy. The route was not moved; what served before goes on serving.",
        "last lines of its log:",
        '  {"folder":"/home/ann"}',
      ];
      const changes = "1 updated, 76 unchanged";
      showUpdate(
        step.outcome === "fails"
          ? { outcome: "fails", errors }
          : { outcome: "succeeds", changes, outputs: {} },
        5,
      );
      print(`   Serving: ${step.serves.color} ${step.serves.version}.`);
    }
    print("", ...outcomeTable(measured()), "", "0 requests failed, and every row was found again.", "");
  } finally {
    process.stdout.write = write;
  }
  return printed.join("");
}

function measured(): Measured {
  return {
    updateSeconds: new Map(steps.map(({ title }) => [title, 5])),
    summaries: ["steady load", ...steps.map(({ title }) => title)].map((step) => ({
      step,
      seconds: 5,
      sent: 100,
      failed: 0,
      failures: {},
      p50: 2,
      p99: 9,
      max: 10,
      rowsWritten: 7,
      answeredBy: {},
    })),
    rows: undefined,
    surprises: [],
  };
}

describe("docs: the picture of the demo", () => {
  const log = logOfDemo();
  const texts = chosenLines(log).map(({ text }) => text);

  it("shows the first switch and the first failure, with their commands, and the whole table", () => {
    const titles = texts.filter((text) => /^\d+\. /.test(text));
    assert.deepEqual(titles, ["2. switch to green", "6. green never gets healthy"]);
    assert.ok(texts.includes("   $ pulumi config set --path 'webnet:activeColor' green"));
    assert.ok(texts.includes("   Serving: green v2."));
    for (const { title } of steps)
      assert.ok(
        texts.some((text) => text.startsWith(`${title} `)),
        title,
      );
    assert.equal(texts.at(-1), "0 requests failed, and every row was found again.");
    assert.ok(texts.length >= 25 && texts.length <= 35, String(texts.length));
  });

  it("says of a failure what happened, and nothing of logs, which may name a folder", () => {
    assert.match(texts.join("\n"), /failed after 5\.0s:\n +release green-1 turned unhealthy\. The route/);
    assert.doesNotMatch(texts.join("\n"), /exit status|\/home/);
    assert.ok(texts.every((text) => text.length <= 90));
  });

  it("is of a demo that ended well, or not at all", () => {
    assert.throws(
      () => chosenLines(log.replace("0 requests failed", "3 requests failed")),
      /did not end well/,
    );
    assert.throws(() => chosenLines("something else"), /not what npm run demo prints/);
  });

  it("escapes what the file's format would take for its own", () => {
    assert.match(render([{ kind: "plain", text: "a <b> & c" }]), /a\u00a0&lt;b&gt;\u00a0&amp;\u00a0c</);
  });

  it("docs/demo.svg shows every step of the demo as it is now, is small, and names no folder", () => {
    const file = readFileSync(join(root, "docs", "demo.svg"), "utf8");
    const shown = file.replaceAll(/<[^>]*>/g, "").replaceAll("\u00a0", " ");
    for (const { title } of steps) assert.ok(shown.includes(title), title);
    assert.ok(file.length < 60_000);
    assert.doesNotMatch(shown, /\/(?:home|root|tmp|work)\b/);
  });
});
