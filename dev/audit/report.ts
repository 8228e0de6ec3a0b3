import { renderTable } from "../demo/table.ts";
import type { Checked } from "./check.ts";

/** The audit's outcome: a table with a line for each check, and below it what was found. */
export function reportOf(checks: readonly Checked[]): string[] {
  const rows = checks.map(({ check, tool, passed, result }) => [
    check,
    tool,
    passed ? "ok" : "FAILED",
    result,
  ]);
  const further = (title: string, pick: (check: Checked) => readonly string[]) => {
    const lines = checks.flatMap((check) => pick(check).map((line) => `  ${check.check}: ${line}`));
    return lines.length === 0 ? [] : ["", title, ...lines];
  };
  return [
    ...renderTable(["check", "tool", "", "result"], rows),
    ...further("Meant so, with the reason:", ({ excepted }) => excepted),
    ...further("Found:", ({ findings }) => findings),
  ];
}
