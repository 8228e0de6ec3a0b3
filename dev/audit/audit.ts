import { messageOf } from "../../host/message.ts";
import { setUp } from "../toolchain/setup.ts";
import { stopPrivateEngine } from "../toolchain/private-engine.ts";
import { askAll } from "./ask.ts";
import type { Checked } from "./check.ts";
import { engineFacts, inspectForCis, judgeByCis } from "./cis.ts";
import { auditByGixy } from "./gixy.ts";
import { judgeHeaders } from "./headers.ts";
import { bringAudited, type Audited } from "./platform.ts";
import { reportOf } from "./report.ts";
import { auditBySslyze } from "./sslyze.ts";
import { auditByTestssl } from "./testssl.ts";
import { bringPythonTools, bringTestssl } from "./tools.ts";

/** Measures a running platform by everything that auditors run. */
export async function auditAll(audited: Audited, tell: (line: string) => void): Promise<Checked[]> {
  const { platform, site, scanned } = audited;
  const checks: Checked[] = [];
  const take = async (what: string, work: () => Promise<Checked>): Promise<void> => {
    tell(`  ${what}`);
    checks.push(await work().catch((error: unknown) => brokenCheck(what, error)));
  };
  await take("sslyze", () => auditBySslyze(scanned));
  await take("gixy", () => auditByGixy());
  await take("the CIS benchmark", () => auditByCis(audited));
  await take("secure headers", async () => judgeHeaders(await askAll(site)));
  await take("testssl, two minutes or longer", () => auditByTestssl(scanned));
  await take("a second update", async () => {
    const steps = await platform.up();
    return {
      check: "The platform after all this",
      tool: "pulumi up",
      result: steps.length === 0 ? "as before" : "changed",
      passed: steps.length === 0,
      findings: steps.map(({ op, name }) => `${op} ${name}`),
      excepted: [],
    };
  });
  return checks;
}

/** Judges the containers that run, and those that were there for a moment while the platform came up. */
export async function auditByCis({ platform, creations }: Audited): Promise<Checked> {
  const { containers } = await inspectForCis(platform.docker, platform.name);
  const there = new Set(containers.map(({ Id }) => Id));
  const gone = (await creations.seen()).filter(({ Id }) => !there.has(Id));
  const judgement = judgeByCis([...containers, ...gone], await engineFacts(platform.docker));
  return {
    ...judgement,
    result: `${judgement.result}; ${containers.length} run, ${gone.length} short-lived`,
  };
}

/** A check that could not be made is no success. */
function brokenCheck(check: string, error: unknown): Checked {
  return { check, tool: "", result: "not made", passed: false, findings: [messageOf(error)], excepted: [] };
}

/** Fails when somebody ends the audit, so that it removes what it has made. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => {
        reject(new Error(`ended by ${signal}`));
      });
  });
}

async function audit(): Promise<boolean> {
  console.log("webnet audit: a whole platform with TLS, measured by what auditors run");
  const { startedEngine } = await setUp();
  try {
    await Promise.all([bringPythonTools(), bringTestssl()]);
    console.log("Bringing the platform up");
    const audited = await bringAudited();
    try {
      console.log("Measuring:");
      const checks = await Promise.race([auditAll(audited, console.log), interrupted()]);
      console.log(["", ...reportOf(checks)].join("\n"));
      return checks.every(({ passed }) => passed);
    } finally {
      await audited.remove();
    }
  } finally {
    if (startedEngine) await stopPrivateEngine();
  }
}

if (import.meta.main) {
  try {
    process.exitCode = (await audit()) ? 0 : 1;
  } catch (error) {
    console.error(`The audit failed: ${messageOf(error)}`);
    process.exitCode = 1;
  }
  process.exit();
}
