import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/index.ts";
import { changed } from "./support.ts";

const parse = (headers: Record<string, unknown>) =>
  parseSettings(changed({ "gateway.headers": headers }), "prod");

describe("settings: headers of answers", () => {
  it("are any that say nothing of the answer's content", () => {
    const good = {
      "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; report-uri /csp?a=b",
      "Permissions-Policy": "camera=(), microphone=()",
      "X-Frame-Options": "",
    };
    assert.deepEqual(parse(good).gateway.headers, good);
  });

  it("are none that would change what an answer is, begin another header, or be sent twice", () => {
    for (const name of [
      "Content-Length",
      "set-cookie",
      "Transfer-Encoding",
      "X Y",
      "X-A\r\nX-B",
      "Strict-Transport-Security",
      "",
    ])
      assert.throws(() => parse({ [name]: "1" }), /gateway\.headers/, name);
    for (const value of ["a\r\nX-B: c", "a\n", 'say "x"', "$host", "a\\", "ü", "x".repeat(8001)])
      assert.throws(() => parse({ "X-Test": value }), /webnet:gateway\.headers/, value);
    assert.throws(
      () => parse({ "X-Test": "1", "x-test": "2" }),
      /gateway\.headers\n.*not allowed[^]*each name once/,
    );
  });
});
