import assert from "node:assert/strict";
import { isWildcard, standsFor, underWhich } from "../../../settings/wildcard.ts";

describe("settings: a wildcard", () => {
  it("stands for names one level under another, and for no others", () => {
    for (const [name, isMeant] of [
      ["www.example.com", true],
      ["example.com", false],
      ["a.b.example.com", false],
      ["wwwexample.com", false],
      ["*.example.com", false],
      ["localhost", false],
    ] as const)
      assert.equal(standsFor("*.example.com", name), isMeant, name);
    assert.equal(standsFor("example.com", "www.example.com"), false);
    assert.deepEqual([isWildcard("*.example.com"), isWildcard("example.com")], [true, false]);
    assert.equal(underWhich("*.example.com"), "example.com");
  });
});
