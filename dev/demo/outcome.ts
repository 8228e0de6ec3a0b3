import type { StepSummary } from "../traffic/results.ts";
import type { RowCheck } from "../traffic/rows.ts";
import type { Update } from "./platform.ts";
import { renderTable } from "./table.ts";

/** All figures of a demo run. */
export interface Measured {
  /** Duration of each step's update in seconds, by the step's title. */
  updateSeconds: Map<string, number>;
  summaries: StepSummary[];
  /** Undefined when the rows can't be read back; `surprises` then has the reason. */
  rows: RowCheck | undefined;
  /** Problems other than those of requests and rows, as whole sentences. */
  surprises: string[];
}

const header = ["step", "update", "sent", "failed", "p99", "rows written", "rows found"];

/** The closing table, with a line of totals. */
export function outcomeTable(measured: Measured): string[] {
  const { summaries, updateSeconds, rows } = measured;
  const lines = summaries.map((summary) => {
    const seconds = updateSeconds.get(summary.step);
    return [
      summary.step,
      seconds === undefined ? "–" : `${seconds.toFixed(1)} s`,
      String(summary.sent),
      String(summary.failed),
      `${summary.p99.toFixed(0)} ms`,
      String(summary.rowsWritten),
      rows === undefined ? "?" : String(rows.foundByStep[summary.step] ?? 0),
    ];
  });
  const total = [
    "all",
    `${sum([...updateSeconds.values()]).toFixed(1)} s`,
    String(sum(summaries.map((summary) => summary.sent))),
    String(sum(summaries.map((summary) => summary.failed))),
    "",
    String(sum(summaries.map((summary) => summary.rowsWritten))),
    rows === undefined ? "?" : String(rows.found),
  ];
  return renderTable(header, [...lines, total]);
}

/** All problems of a demo run, as whole sentences. Empty if the demo is a success. */
export function problemsOf(measured: Measured): string[] {
  const { summaries, rows } = measured;
  const problems = [...measured.surprises];
  for (const { step, sent, failed, failures } of summaries) {
    if (sent === 0) problems.push(`In step "${step}" no request was sent, so it shows nothing.`);
    if (failed === 0) continue;
    const reasons = Object.entries(failures).map(([reason, times]) => `${times} x ${reason}`);
    problems.push(`In step "${step}" ${failed} of ${sent} requests failed: ${reasons.join(", ")}.`);
  }
  if (rows === undefined) return problems;
  if (rows.written === 0) problems.push("No row was written.");
  if (rows.missing.length > 0) {
    problems.push(`${rows.missing.length} acknowledged rows are missing, e.g. ${rows.missing[0] ?? ""}.`);
  }
  if (rows.duplicated.length > 0) {
    problems.push(`${rows.duplicated.length} rows are there twice, e.g. ${rows.duplicated[0] ?? ""}.`);
  }
  return problems;
}

/** The problems of the update that brings the platform back to the stack's own config, as whole sentences. */
export function problemsOfReturn({ outcome }: Pick<Update, "outcome">): string[] {
  return outcome === "succeeds"
    ? []
    : ["The update back to the config in the repository failed, so the platform has that of the demo's end."];
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
