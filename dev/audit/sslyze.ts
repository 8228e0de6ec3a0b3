import { judged, type Checked } from "./check.ts";
import { runTool, type Said } from "./run-tool.ts";
import type { Scanned } from "./testssl.ts";
import { pinned } from "./tools.ts";

const seconds = 300;

/** Judges how a gateway speaks TLS by Mozilla's intermediate configuration. */
export async function auditBySslyze({ host, port, authorityFile }: Scanned): Promise<Checked> {
  const target = ["--sni", host, "--certinfo_ca_file", authorityFile, `127.0.0.1:${port}`];
  return judgeSslyze(await runTool("sslyze", ["--mozilla_config=intermediate", ...target], seconds));
}

/** Judges what sslyze said. */
export function judgeSslyze({ code, stdout, stderr }: Said): Checked {
  const [, verdict = ""] = stdout.split("COMPLIANCE AGAINST TLS CONFIGURATION");
  const isCompliant = code === 0 && /: OK - Compliant\./.test(verdict);
  const lines = verdict
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^\*|FAILED|ERROR/.test(line));
  const told = lines.length > 0 ? lines : [`no verdict; exit code ${code}: ${stderr.trim().slice(-300)}`];
  const about = { check: "TLS, Mozilla's intermediate configuration", tool: pinned("sslyze") };
  const result = judged(about, { findings: isCompliant ? [] : told });
  return isCompliant ? { ...result, result: "Compliant" } : result;
}
