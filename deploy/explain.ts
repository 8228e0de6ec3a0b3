import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { lastLogLines } from "../engine/logs.ts";

const shownLogLines = 15;
const ofARelease = "The route was not moved; what served before goes on serving.";

/**
 * Why a container didn't pass its gate, with what its health check and its log say, and what to do.
 *
 * @param meanwhile what is served meanwhile, as a sentence. Default: what a release's gate says
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
