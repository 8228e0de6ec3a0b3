import assert from "node:assert/strict";
import { problemOf, type Answer, type Expected } from "../../../gateway/smoke-answer.ts";

const token = "Secret0Mark";
const release = "green-00000002";
const good: Answer = { status: 200, milliseconds: 12, release, error: "", body: "<h1>The shop</h1>" };

const problem = (expected: Omit<Expected["expected"], "path">, answer: Partial<Answer>, isWarm = true) =>
  problemOf({ expected: { path: "/", ...expected }, release, token, isWarm }, { ...good, ...answer });

describe("an answer to a smoke check", () => {
  const fine: [string, Parameters<typeof problem>][] = [
    ["any good status", [{}, { status: 204, body: "" }]],
    ["the status that is expected", [{ status: 404 }, { status: 404 }]],
    ["the text in its body", [{ text: "The shop" }, {}]],
    ["the time that it may take", [{ withinMilliseconds: 12 }, {}]],
    ["a longer time while the release is cold", [{ withinMilliseconds: 11 }, {}, false]],
  ];
  for (const [what, how] of fine) {
    it(`may have ${what}`, () => {
      assert.equal(problem(...how), undefined);
    });
  }

  const came = `got status 200 after 12 ms from ${release}; its body begins: <h1>The shop</h1>`;
  const bad: [string, Parameters<typeof problem>, string][] = [
    [
      "another status",
      [{}, { status: 302, body: "" }],
      `expected a status from 200 to 299, got status 302 after 12 ms from ${release}`,
    ],
    ["a good status where another is expected", [{ status: 401 }, {}], `expected status 401, ${came}`],
    ["a body without the text", [{ text: "The store" }, {}], `expected the text "The store", ${came}`],
    ["a text in other letters", [{ text: "the shop" }, {}], `expected the text "the shop", ${came}`],
    ["too long a way", [{ withinMilliseconds: 11 }, {}], `expected the answer within 11 ms, ${came}`],
    [
      "another release",
      [{}, { release: "blue-00000001" }],
      `expected an answer from ${release}, got status 200 after 12 ms from blue-00000001; its body begins: <h1>The shop</h1>`,
    ],
    [
      "no release",
      [{}, { release: "", body: "" }],
      `expected an answer from ${release}, got status 200 after 12 ms`,
    ],
    [
      "nothing",
      [{}, { status: 0, release: "", error: "Operation timed out", body: "", milliseconds: 5001 }],
      "expected a status from 200 to 299, got no answer within 5001 ms (Operation timed out)",
    ],
    [
      "half a body",
      [{}, { error: "transfer closed", body: "<h" }],
      `expected a status from 200 to 299, got status 200 after 12 ms from ${release} (transfer closed); its body begins: <h`,
    ],
  ];
  for (const [what, how, message] of bad) {
    it(`may not have ${what}`, () => {
      assert.equal(problem(...how), message);
    });
  }

  it("is shown in one short line, without what may be a secret", () => {
    const body = `{\n"password": "hunter2",\r\n"x-token":"${token}" \u0007 db_secret=hunter3; ${"x".repeat(300)}`;
    const shown = problem({}, { status: 500, body }) ?? "";
    assert.doesNotMatch(shown, /hunter|Secret0Mark|\p{Cc}/u);
    assert.match(shown, /its body begins: \{ "password": "\*\*\*", "x-token":"\*\*\*" .*x…$/);
    assert.ok(shown.length < 320);
  });
});
