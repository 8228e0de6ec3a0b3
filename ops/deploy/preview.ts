import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTemporaryFolder } from "../../host/temporary-folder.ts";
import { releasePattern } from "../../render/nginx/route.ts";
import { routeScript } from "../../contract/gateway.ts";
import { recorded } from "../../contract/variable.ts";
import { readablePreview, readPreview, saidIn, type Preview } from "../../pulumi/preview.ts";
import { stackFileVariable } from "../../pulumi/told-folder.ts";
import { environmentOf } from "../../pulumi/state.ts";
import { isGapNotice } from "../../workload/gap-notice.ts";
import { withoutMark } from "../recover/recorded.ts";
import type { Target } from "../target.ts";

/** What an update would do. */
export interface UpdatePlan {
  /** The steps that change something. */
  steps: readonly PlannedStep[];
  /** Number of resources that stay as they are. */
  unchanged: number;
  /** The program's warnings about containers that are missing while Pulumi replaces them. */
  gaps: readonly string[];
}

/** One step of a plan. */
export interface PlannedStep {
  /** `create`, `update`, `delete` and the like. */
  op: string;
  /** The resource's name, e.g. `gateway-route`. */
  name: string;
  /** The release of the resource, e.g. `blue-1a2b3c4d`. */
  release: string | undefined;
  /** What the step does to the traffic, in words. Undefined for every step except the route's. */
  traffic?: string | undefined;
}

/**
 * Plans an update to a stack config that is not in the stack's file yet.
 *
 * @param config the planned text of the stack's file
 * @throws Error with Pulumi's message if Pulumi can't plan the update
 */
export async function previewOf(target: Target, config: string, interrupt: AbortSignal): Promise<UpdatePlan> {
  return await withTemporaryFolder("preview", async (folder) => {
    const copy = join(folder, `Pulumi.${target.stack}.yaml`);
    writeFileSync(copy, config, { mode: 0o600 });
    const args = ["preview", "--json", "--config-file", copy];
    const { exitCode, stdout, stderr } = await target.pulumi(args, {
      interrupt,
      environment: { [stackFileVariable]: copy },
    });
    if (exitCode !== 0)
      throw new Error(reasonOf(stdout) ?? (stderr.trim() || `pulumi preview ended with ${exitCode}`));
    return readPlan(stdout);
  });
}

/** Parses the output of `pulumi preview --json`. */
export function readPlan(json: string): UpdatePlan {
  const preview = readPreview(json);
  const { steps, changeSummary } = preview;
  return {
    steps: steps.filter(({ op }) => op !== "same" && op !== "read").map(stepOf),
    unchanged: changeSummary["same"] ?? 0,
    gaps: saidIn(preview, "warning").filter(isGapNotice),
  };
}

/** Describes the plan in a few lines. Equal steps of one release share a line. */
export function describePlan({ steps, unchanged, gaps }: UpdatePlan): string[] {
  const lines = steps.map(
    ({ op, name, release, traffic }) =>
      `  ${op} ${release === undefined ? name : `release ${release}`}${traffic === undefined ? "" : `: ${traffic}`}`,
  );
  return [...new Set(lines), `  ${unchanged} unchanged`, ...gaps];
}

/** Returns a line if a rollback creates another release than the one that served: a rollback only restores tags. */
export function madeInstead({ steps }: UpdatePlan, former: string | undefined): string[] {
  const made = steps.filter(({ op }) => op === "create").flatMap(({ release }) => release ?? []);
  const [other] = made;
  if (former === undefined || other === undefined || made.includes(former)) return [];
  return [
    `  ${other} has the tags of ${former}, and is not the same: settings have changed since, webnet has, or a tag names another image.`,
  ];
}

function stepOf({ op, urn, oldState, newState }: Preview["steps"][number]): PlannedStep {
  const [, , types = "", name = ""] = urn.split("::");
  const ofRelease = types.includes("webnet:release:Release");
  return {
    op,
    name,
    release: ofRelease ? new RegExp(releasePattern).exec(name)?.[0] : undefined,
    traffic: trafficOf(environmentOf(oldState?.inputs), environmentOf(newState?.inputs)),
  };
}

/** An update of the route may or may not move the traffic, and the step's name doesn't tell which. */
function trafficOf(
  before: Record<string, string> | undefined,
  after: Record<string, string> | undefined,
): string | undefined {
  const { activeRelease, repairs } = routeScript.variables;
  const from = withoutMark(recorded(activeRelease, before));
  const to = recorded(activeRelease, after);
  if (to === undefined) return undefined;
  if (from === undefined) return `the traffic goes to ${to}`;
  if (from === to && recorded(repairs, before) !== recorded(repairs, after))
    return `the traffic goes to ${to}, wherever a killed update has left it`;
  return from === to ? `the traffic stays with ${to}` : `the traffic goes from ${from} to ${to}`;
}

function reasonOf(stdout: string): string | undefined {
  const preview = readablePreview(stdout);
  const errors = preview === undefined ? [] : saidIn(preview, "error");
  return errors.length > 0 ? errors.join("\n") : undefined;
}
