import assert from "node:assert/strict";
import { certCommand, describeCertificate } from "../../../ops/cert/command.ts";
import type { CertificateFacts } from "../../../ops/cert/found.ts";

const serves: CertificateFacts["serves"] = {
  names: "www.example.com",
  issuer: "CN=R13, O=Let's Encrypt",
  from: "2026-11-01T00:00:00.000Z",
  to: "2026-12-16T00:00:00.000Z",
  daysLeft: 16,
  isSelfSigned: false,
};

describe("ops cert", () => {
  it("says what is served, until when, and how the next one comes", () => {
    assert.equal(
      describeCertificate({ source: "files", serves, problems: [] }),
      [
        "The gateway serves a certificate for www.example.com, from CN=R13, O=Let's Encrypt,",
        "  valid from 2026-11-01T00:00:00.000Z until 2026-12-16T00:00:00.000Z: 16 days are left.",
        "It is to come from: files.",
      ].join("\n"),
    );
    const authority = { hosts: ["www.example.com"], directory: "https://ca.example.com/dir", failures: 0 };
    const byAcme: CertificateFacts = {
      source: "acme",
      serves: { ...serves, isSelfSigned: true },
      authority: { ...authority, at: 1_796_000_000, next: 1_796_040_000, failures: 2, problem: "no route" },
      problems: [],
    };
    const lines = describeCertificate(byAcme).split("\n");
    assert.match(lines[0] ?? "", /from itself \(self-signed\),$/);
    assert.deepEqual(lines.slice(3), [
      "Authority: https://ca.example.com/dir",
      "  last attempt 2026-11-30T00:53:20.000Z, next one 2026-11-30T12:00:00.000Z",
      "  the last one failed (2 in a row): no route",
    ]);
    const first = describeCertificate({ source: "acme", authority, problems: [] });
    assert.match(first, /^What the gateway serves isn't known\.[^]*last attempt never, next one never$/);
  });

  it("takes each option with its action only, and asks on the selected stack before it orders", () => {
    for (const [action, option] of [
      ["status", "dry-run"],
      ["issue", "dry-run"],
      ["issue", "json"],
      ["status", "yes"],
    ] as const)
      assert.throws(
        () => certCommand.mustFit?.({ [option]: true }, action),
        new RegExp(`--${option} goes with`),
      );
    certCommand.mustFit?.({ "dry-run": true }, "renew");
    assert.equal(certCommand.onlyLooks({}, "status"), true);
    assert.equal(certCommand.onlyLooks({ "dry-run": true }, "renew"), true);
    for (const action of ["issue", "renew"]) assert.equal(certCommand.onlyLooks({}, action), false);
  });
});
