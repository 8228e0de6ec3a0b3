import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judged, type Checked } from "./check.ts";
import { runTool } from "./run-tool.ts";
import { testsslVersion } from "./tools.ts";

/** It takes two minutes on a quiet machine, and opens hundreds of connections one after the other. */
const seconds = 1800;

/** A gateway with TLS on this machine. */
export interface Scanned {
  /** The name that is asked for. */
  host: string;
  port: number;
  /** File with the authority that its certificate is of. */
  authorityFile: string;
}

/** A line of testssl's report. */
export interface Line {
  id: string;
  severity: string;
  finding: string;
}

/** Findings that are meant so, each with the reason. */
const accepted: readonly { id: string; reason: string }[] = [
  { id: "engine_problem", reason: "It is about the machine that asks." },
  {
    id: "cert_revocation",
    reason:
      "The test's authority publishes no revocations. A public one does by lists, since Let's Encrypt ended OCSP.",
  },
  {
    id: "BREACH",
    reason:
      "A page's files are compressed, which hold no secret. Answers of the backend are not compressed by the gateway.",
  },
];

const serious = ["LOW", "MEDIUM", "HIGH", "CRITICAL", "WARN", "FATAL"];
const goodGrades = ["A", "A+"];

/** Judges how a gateway speaks TLS by testssl's grade, which is SSL Labs' rating. */
export async function auditByTestssl({ host, port, authorityFile }: Scanned): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), "webnet-testssl-"));
  const report = join(folder, "report.json");
  const quiet = ["--warnings", "batch", "--color", "0", "--jsonfile", report];
  const where = ["--nodns", "none", "--ip", "127.0.0.1", "--add-ca", authorityFile, `${host}:${port}`];
  try {
    const { code, stderr } = await runTool("testssl", [...quiet, ...where], seconds);
    return judgeReport(read(report, `testssl ended with exit code ${code}: ${stderr.trim().slice(-300)}`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(report: string, otherwise: string): Line[] {
  try {
    return JSON.parse(readFileSync(report, "utf8")) as Line[];
  } catch (error) {
    throw new Error(otherwise, { cause: error });
  }
}

/** Judges testssl's report. A grade under A and every finding that isn't accepted fail. */
export function judgeReport(report: readonly Line[]): Checked {
  const grade = report.find(({ id }) => id === "overall_grade")?.finding ?? "none";
  const found = report.filter(({ severity }) => serious.includes(severity));
  const reasonOf = (line: Line) => accepted.find(({ id }) => id === line.id)?.reason;
  const findings = found
    .filter((line) => reasonOf(line) === undefined)
    .map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`);
  const excepted = found.flatMap((line) => {
    const reason = reasonOf(line);
    return reason === undefined ? [] : [`${line.id}: ${line.finding}. ${reason}`];
  });
  const low = goodGrades.includes(grade) ? [] : [`grade ${grade}, which is under A`];
  const about = { check: "TLS, SSL Labs' rating", tool: testsslVersion() };
  const result = judged(about, { findings: [...low, ...findings], excepted });
  return { ...result, result: `grade ${grade}; ${result.result}` };
}
