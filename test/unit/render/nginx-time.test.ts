import assert from "node:assert/strict";
import { renderSample } from "../../../render/nginx.ts";
import { digestTold } from "../../../render/nginx/told.ts";
import { deep, parseNginx } from "./nginx-parser.ts";

/** As long as nginx takes an address or a header. */
const longest = 16_000;
/** A hundred times what the slowest takes; a quadratic pattern takes ten times as long as this. */
const mostMilliseconds = 200;

const pieces = [
  ";/",
  "x/",
  "/..",
  "%2f",
  "a;",
  "/;",
  "//",
  "../",
  ":",
  " ",
  "a=b; ",
  "webnet_look=a; ",
  ".a-",
];
const begins = ["", "/api/", "/api/actuator", "public:"];
const ends = ["", "!", "actuator", "/actuator/"];

/** Every pattern that nginx tries on what clients send, as JavaScript reads it. */
function patterns(): string[] {
  const alone = { blue: "backend", green: "frontend", metrics: "/digest/metrics" } as const;
  const samples = [renderSample(), renderSample({ ...digestTold, alone })];
  const parsed = samples.flatMap((sample) => deep(parseNginx(sample["nginx.conf"])));
  const words = parsed.flatMap(({ words: [name = "", ...rest] }) => {
    if (name === "location") return rest[0]?.startsWith("~") === true ? [rest[1] ?? ""] : [];
    if (name === "if") return rest[1]?.startsWith("~") === true ? [rest[2] ?? ""] : [];
    return name.startsWith("~") ? [name.replace(/^~\*?/, "")] : [];
  });
  // JavaScript has no possessive quantifiers, which can't be slow.
  return [...new Set(words)]
    .filter((pattern) => !/[*+}]\+/.test(pattern))
    .map((pattern) =>
      pattern
        .replaceAll("(?s)", "")
        .replaceAll(String.raw`\z`, "$")
        .replaceAll(String.raw`\A`, "^"),
    );
}

describe("the patterns of the gateway's configuration", () => {
  it("are quick with every address and header, also with one that is made to be slow", () => {
    const all = patterns();
    assert.ok(all.length > 50, String(all.length));
    for (const pattern of all) {
      const expression = new RegExp(pattern, "is");
      for (const begin of begins)
        for (const piece of pieces)
          for (const end of ends) {
            const text = begin + piece.repeat(longest / piece.length) + end;
            const start = performance.now();
            expression.test(text);
            const took = performance.now() - start;
            assert.ok(took < mostMilliseconds, `${pattern} with ${begin}${piece}…${end}: ${took} ms`);
          }
    }
  }).timeout("2m");
});
