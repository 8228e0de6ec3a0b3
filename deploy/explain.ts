import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { lastLogLines } from "../engine/logs.ts";

const shownLogLines = 15;
const ofARelease = "The route was not moved; what served before goes on serving.";

/**
 * Explains why a container did not pass its gate: the output of its health check, its log, and what to do.
 *
 * @param meanwhile what serves meanwhile, as a sentence. Default: the route was not moved
 */
export async function explain(
  container: Docker.Container,
  subject: string,
  problem: string,
  meanwhile = ofARelease,
): Promise<string> {
  const inspected = await orMissing(container.inspect());
  const check = inspected?.State.Health?.Log.at(-1)?.Output.trim();
  const log = inspected === undefined ? "" : await lastLogLines(container, shownLogLines);
  return [
    `${subject} ${problem}. ${meanwhile}`,
    ...(check ? [`last health check: ${check}`] : []),
    ...(log ? ["last lines of its log:", log.replaceAll(/^/gm, "  ")] : []),
    "Correct its tag or settings in the stack config, or put the former ones back, and run pulumi up again.",
  ].join("\n");
}
