/** What a check found. */
export interface Checked {
  /** What was checked, by the name that auditors know. */
  check: string;
  /** The tool that judged, with its version. */
  tool: string;
  /** The verdict in a few words, such as a grade. */
  result: string;
  passed: boolean;
  /** What is wrong, each in a line. Empty if it passed. */
  findings: readonly string[];
  /** What the tool found and is meant so, each with the reason. */
  excepted: readonly string[];
}

/** The result of a check that fails on any finding. */
export function judged(
  about: Pick<Checked, "check" | "tool">,
  { findings, excepted = [] }: { findings: readonly string[]; excepted?: readonly string[] },
): Checked {
  const passed = findings.length === 0;
  const found = passed ? "passed" : `${findings.length} found`;
  const result = excepted.length === 0 ? found : `${found}, ${excepted.length} excepted`;
  return { ...about, result, passed, findings, excepted };
}
