import assert from "node:assert/strict";
import { mayBeHashed, surelyHashed } from "../../../render/nginx/hashed.ts";

/** As long as nginx takes an address. */
const longest = 16_000;
/** A thousand times what a usual name takes; an exponential pattern would take years. */
const mostMilliseconds = 500;

const pieces = [
  "a",
  "A",
  "0",
  "-",
  "_",
  ".",
  "Aa",
  "Aaa",
  "aA0",
  "Aa0_",
  "a-",
  "A_a.",
  "a0a-",
  "0x0-",
  "/a-",
  "/Aaaaaaa.",
];
const ends = ["", "!", ".", "/", ".js", "-1a2b3c4d", "-1a2b3c4d.js/"];

describe("the patterns of hashed names", () => {
  for (const [name, pattern] of Object.entries({ surelyHashed, mayBeHashed })) {
    it(`${name} is quick with every name, also with one that is made to be slow`, () => {
      const expression = new RegExp(pattern);
      for (const piece of pieces)
        for (const end of ends)
          for (const length of [8, 64, longest]) {
            const text = `/assets/${piece.repeat(length / piece.length)}${end}`;
            const begin = performance.now();
            expression.test(text);
            const took = performance.now() - begin;
            assert.ok(took < mostMilliseconds, `${piece} ${length} ${end}: ${took} ms`);
          }
    });
  }
});
