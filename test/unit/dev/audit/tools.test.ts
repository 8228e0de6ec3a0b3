import assert from "node:assert/strict";
import { judgeIssues, type Issue } from "../../../../dev/audit/gixy.ts";
import { reportOf } from "../../../../dev/audit/report.ts";
import { judgeSslyze } from "../../../../dev/audit/sslyze.ts";
import { judgeReport, type Line } from "../../../../dev/audit/testssl.ts";
import { pinned } from "../../../../dev/audit/tools.ts";

const accepted: Issue[] = [
  { plugin: "status_page_exposed", severity: "MEDIUM", reason: "r", config: "location = /nginx_status {" },
  { plugin: "regex_redos", severity: "HIGH", reason: "r", config: "location ^~ /assets/ {" },
];

describe("gixy's issues", () => {
  it("pass where all of them are meant so", () => {
    const { passed, excepted } = judgeIssues(accepted);
    assert.equal(passed, true);
    assert.equal(excepted.length, 2);
  });

  it("fail where one is not, also by the same rule elsewhere", () => {
    const other = {
      plugin: "regex_redos",
      severity: "HIGH",
      line: 7,
      reason: "slow",
      config: "location ~ /api {",
    };
    assert.deepEqual(judgeIssues([...accepted, other]).findings, ["HIGH regex_redos, line 7: slow"]);
  });

  it("fail where one that is accepted isn't there any more", () => {
    assert.match(judgeIssues(accepted.slice(1)).findings.join(), /^status_page_exposed is accepted/);
  });
});

describe("sslyze's verdict", () => {
  const said = (verdict: string, code = 0) =>
    judgeSslyze({ code, stdout: `x\n COMPLIANCE AGAINST TLS CONFIGURATION\n\n${verdict}`, stderr: "" });

  it("is compliant, or says why not", () => {
    assert.equal(said("    127.0.0.1:1: OK - Compliant.\n").passed, true);
    const bad = said("    127.0.0.1:1: FAILED - Not compliant.\n        * tls_curves: too many\n", 1);
    assert.deepEqual(bad.findings, ["127.0.0.1:1: FAILED - Not compliant.", "* tls_curves: too many"]);
  });

  it("is none if sslyze could not connect", () => {
    assert.equal(judgeSslyze({ code: 0, stdout: "nothing", stderr: "refused" }).passed, false);
  });
});

describe("testssl's report", () => {
  const line = (id: string, severity: string, finding: string): Line => ({ id, severity, finding });
  const grade = (finding: string) => line("overall_grade", "OK", finding);

  it("passes with A and A+, and fails below", () => {
    assert.equal(judgeReport([grade("A+")]).passed, true);
    assert.equal(judgeReport([grade("A")]).passed, true);
    for (const low of ["A-", "B", "T"]) assert.equal(judgeReport([grade(low)]).passed, false, low);
    assert.equal(judgeReport([]).passed, false);
  });

  it("fails with a finding that isn't accepted", () => {
    const { findings } = judgeReport([grade("A+"), line("heartbleed", "CRITICAL", "VULNERABLE")]);
    assert.deepEqual(findings, ["CRITICAL heartbleed: VULNERABLE"]);
    assert.equal(judgeReport([grade("A+"), line("cert_revocation", "HIGH", "none")]).passed, true);
  });
});

describe("the auditors' tools", () => {
  it("are pinned, each with its hashes", () => {
    assert.match(pinned("sslyze"), /^sslyze \d+\.\d+\.\d+$/);
    assert.match(pinned("gixy-ng"), /^gixy-ng \d/);
    assert.throws(() => pinned("other"), /pins no other/);
  });

  it("are told in a table, with what they found below it", () => {
    const check = {
      check: "c",
      tool: "t 1",
      result: "1 found",
      passed: false,
      findings: ["f"],
      excepted: ["e"],
    };
    const lines = reportOf([check]);
    assert.match(lines[2] ?? "", /^c +t 1 +FAILED +1 found$/);
    assert.deepEqual(lines.slice(3), ["", "Meant so, with the reason:", "  c: e", "", "Found:", "  c: f"]);
  });
});
