import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogues } from "../../settings/catalogue.ts";
import { judged, type Checked } from "./check.ts";
import { fullConfig } from "./full-config.ts";
import { runTool } from "./run-tool.ts";
import { pinned } from "./tools.ts";

const seconds = 120;

/** An issue as gixy tells it. */
export interface Issue {
  plugin: string;
  severity: string;
  line?: number;
  reason: string;
  /** The part of the configuration that it is about. */
  config: string;
}

/** Headers that no location may drop. A cookie or a time of change may be dropped, which is meant. */
const keptHeaders = [
  "Strict-Transport-Security",
  "X-Content-Type-Options",
  "X-Frame-Options",
  "Content-Security-Policy",
  "Referrer-Policy",
  "X-Permitted-Cross-Domain-Policies",
  "Permissions-Policy",
  "Retry-After",
];

/** Issues that are meant so. */
const accepted: readonly { plugin: string; about: RegExp; reason: string }[] = [
  {
    plugin: "status_page_exposed",
    about: /location = \/nginx_status/,
    reason: "The port is published nowhere, and the engine chooses the addresses that may ask.",
  },
  {
    plugin: "regex_redos",
    about: /location \^~ \/assets\//,
    reason:
      "Its lookaheads bound what is tried to 64 characters; a unit test times it with names made to be slow.",
  },
];

/** Judges the gateway's configuration with all its parts by gixy. */
export async function auditByGixy(): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), "webnet-gixy-"));
  try {
    const issues: Issue[] = [];
    for (const { listening, text } of fullConfig()) {
      const file = join(folder, `${listening}.conf`);
      writeFileSync(file, readable(text));
      issues.push(...(await ask(file)));
    }
    return judgeIssues(issues);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The nginx that production gets, whose known vulnerabilities gixy lists. */
const nginxVersion = catalogues.upstream.nginx.split(":")[1] ?? "";

/** Judges what gixy told. An acceptance that nothing needs is a finding, too. */
export function judgeIssues(issues: readonly Issue[]): Checked {
  const acceptanceOf = (issue: Issue) =>
    accepted.find(({ plugin, about }) => plugin === issue.plugin && about.test(issue.config));
  const findings = issues
    .filter((issue) => acceptanceOf(issue) === undefined)
    .map(
      ({ plugin, severity, line = 0, reason }) =>
        `${severity} ${plugin}, line ${line}: ${reason.slice(0, 200)}`,
    );
  const needed = new Set(issues.map(acceptanceOf));
  const vain = accepted
    .filter((acceptance) => !needed.has(acceptance))
    .map(({ plugin }) => `${plugin} is accepted in dev/audit/gixy.ts, and gixy finds no such issue`);
  const meant = accepted.filter((acceptance) => needed.has(acceptance));
  return judged(
    { check: "nginx configuration", tool: pinned("gixy-ng") },
    {
      findings: [...new Set([...findings, ...vain])],
      excepted: meant.map(({ plugin, reason }) => `${plugin}. ${reason}`),
    },
  );
}

/** Its own reader of regular expressions knows no possessive quantifier. A greedy one matches the same texts. */
function readable(text: string): string {
  return text.replaceAll(/([*+?}])\+/g, "$1");
}

async function ask(file: string): Promise<Issue[]> {
  const args = ["--nginx-version", nginxVersion, "--format", "json"];
  const only = ["--add-header-redefinition-headers", keptHeaders.join(",")];
  const { code, stdout, stderr } = await runTool("gixy", [...args, ...only, file], seconds);
  try {
    return JSON.parse(stdout) as Issue[];
  } catch (error) {
    throw new Error(`gixy ended with exit code ${code}: ${stderr.trim().split("\n").at(-1) ?? ""}`, {
      cause: error,
    });
  }
}
