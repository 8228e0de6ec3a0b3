import { generationsDirectory } from "../../deploy/gateway/layout.ts";
import { liveGateway } from "../../deploy/gateway/live.ts";
import { recordSchema, type GenerationRecord } from "../../deploy/gateway/record.ts";
import { mustExec } from "../../engine/exec.ts";
import { gatewayContainerName } from "../../workload/names.ts";
import { releaseNotes } from "../release-notes.ts";
import type { Target } from "../target.ts";
import type { DeployRequest } from "./request.ts";

/**
 * The way back to what served before.
 *
 * @throws Error where nothing did, or where its tags aren't known
 */
export async function rollbackRequest(target: Target): Promise<DeployRequest> {
  const live = await liveGateway(target.docker(), gatewayContainerName(target.prefix));
  if (live === undefined) {
    throw new Error("no gateway runs, so that what served before isn't known: set the tags by hand.");
  }
  const { container } = live.gateway;
  const script = `cd ${generationsDirectory} && for one in $(ls -t); do cat "$one/record.json"; echo; done`;
  const printed = await mustExec(container, ["sh", "-ec", script]);
  const generations = printed
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => recordSchema.parse(JSON.parse(line)));
  const release = formerRelease(live.record, generations);
  if (release === undefined) {
    throw new Error(
      `${live.record.active ?? "nothing"} serves, and nothing else ever did: there is no way back.`,
    );
  }
  const note = (await releaseNotes(container)).find((known) => known.release === release);
  if (note === undefined) {
    throw new Error(
      `${release} served before, but its tags aren't known any more. Name them: ` +
        `npm run ops -- deploy --tag TAG --stack ${target.stack}`,
    );
  }
  return { kind: "rollback", former: note };
}

/**
 * The release that served everybody before the one that does now. A canary's release is kept as well, and isn't it.
 *
 * @param generations the newest first
 */
export function formerRelease(
  live: Pick<GenerationRecord, "active" | "keptReleases">,
  generations: readonly Pick<GenerationRecord, "active">[],
): string | undefined {
  const wasActive = generations
    .map(({ active }) => active)
    // What was staged and never served is not kept.
    .find((active) => active !== undefined && active !== live.active && live.keptReleases.includes(active));
  return wasActive ?? live.keptReleases[0];
}
