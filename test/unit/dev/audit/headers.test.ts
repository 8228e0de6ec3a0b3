import assert from "node:assert/strict";
import { judgeHeaders, type Answer } from "../../../../dev/audit/headers.ts";

const good = {
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-frame-options": "SAMEORIGIN",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'self'; frame-ancestors 'self'",
  "x-permitted-cross-domain-policies": "none",
  "referrer-policy": "strict-origin-when-cross-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=()",
};

const judged = (headers: Record<string, string | undefined>, kind: Answer["kind"] = "content") =>
  judgeHeaders([{ of: "the page", kind, status: 200, headers }]).findings;

describe("the secure headers of an answer", () => {
  it("are good with OWASP's list", () => {
    assert.deepEqual(judged(good), []);
  });

  for (const name of Object.keys(good)) {
    it(`are not without ${name}`, () => {
      assert.deepEqual(judged({ ...good, [name]: undefined }), [`the page (200): ${name}: not there`]);
    });
  }

  const weak: [name: string, value: string][] = [
    ["strict-transport-security", "max-age=300; includeSubDomains"],
    ["strict-transport-security", "max-age=63072000"],
    ["x-frame-options", "ALLOW-FROM https://example.com"],
    ["content-security-policy", "frame-ancestors 'self'"],
    ["content-security-policy", "default-src 'self'; script-src 'unsafe-inline'; frame-ancestors 'self'"],
    ["referrer-policy", "unsafe-url"],
    ["cross-origin-resource-policy", "cross-origin"],
  ];
  for (const [name, value] of weak) {
    it(`are not with ${name}: ${value}`, () => {
      assert.deepEqual(judged({ ...good, [name]: value }), [`the page (200): ${name}: ${value}`]);
    });
  }

  it("tell nothing of what runs behind", () => {
    assert.equal(judged({ ...good, "x-powered-by": "Express" }).length, 1);
    assert.equal(judged({ ...good, server: "nginx/1.30.6" }).length, 1);
    assert.deepEqual(judged({ ...good, server: "nginx" }), []);
  });

  it("need not all be there where nothing is shown", () => {
    assert.deepEqual(judged({}, "refusal"), []);
    assert.deepEqual(judged({}, "redirect"), ["the page (200): strict-transport-security: not there"]);
  });
});
