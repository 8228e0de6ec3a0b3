import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readablePreview, readPreview, saidIn } from "../../pulumi/preview.ts";
import { isGapNotice } from "../../workload/gap-notice.ts";
import type { Target } from "../target.ts";

/** What an update would do. */
export interface UpdatePlan {
  /** The steps that change something. */
  steps: readonly PlannedStep[];
  /** How many resources stay as they are. */
  unchanged: number;
  /** What is made anew and missed meanwhile, in the program's words. */
  gaps: readonly string[];
}

/** One step of a plan. */
export interface PlannedStep {
  /** `create`, `update`, `delete` and the like. */
  op: string;
  /** The resource's name, e.g. `gateway-route`. */
  name: string;
  /** The release that it belongs to, e.g. `blue-1a2b3c4d`. */
  release: string | undefined;
}

/**
 * Plans an update to a stack config that nobody has written yet.
 *
 * @param config text of the stack's file
 * @throws Error with what Pulumi says where the update can't be planned
 */
export async function previewOf(target: Target, config: string, interrupt: AbortSignal): Promise<UpdatePlan> {
  const folder = mkdtempSync(join(tmpdir(), "webnet-preview-"));
  try {
    const copy = join(folder, `Pulumi.${target.stack}.yaml`);
    writeFileSync(copy, config, { mode: 0o600 });
    const args = ["preview", "--json", "--config-file", copy];
    const { exitCode, stdout, stderr } = await target.pulumi(args, { interrupt });
    if (exitCode !== 0)
      throw new Error(reasonOf(stdout) ?? (stderr.trim() || `pulumi preview ended with ${exitCode}`));
    return readPlan(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads what `pulumi preview --json` prints. */
export function readPlan(json: string): UpdatePlan {
  const preview = readPreview(json);
  const { steps, changeSummary } = preview;
  return {
    steps: steps.filter(({ op }) => op !== "same" && op !== "read").map(stepOf),
    unchanged: changeSummary["same"] ?? 0,
    gaps: saidIn(preview, "warning").filter(isGapNotice),
  };
}

/** The plan in a few lines: a release's parts are one line. */
export function describePlan({ steps, unchanged, gaps }: UpdatePlan): string[] {
  const lines = steps.map(
    ({ op, name, release }) => `  ${op} ${release === undefined ? name : `release ${release}`}`,
  );
  return [...new Set(lines), `  ${unchanged} unchanged`, ...gaps];
}

function stepOf({ op, urn }: { op: string; urn: string }): PlannedStep {
  const [, , types = "", name = ""] = urn.split("::");
  const ofRelease = types.includes("webnet:release:Release");
  return { op, name, release: ofRelease ? /(?:blue|green)-[0-9a-f]{8}/.exec(name)?.[0] : undefined };
}

function reasonOf(stdout: string): string | undefined {
  const preview = readablePreview(stdout);
  const errors = preview === undefined ? [] : saidIn(preview, "error");
  return errors.length > 0 ? errors.join("\n") : undefined;
}
