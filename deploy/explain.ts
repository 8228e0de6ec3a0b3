import type Docker from "dockerode";
import { logInWords } from "../engine/logs.ts";

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
  // If the engine doesn't answer this, or the container is gone, the log says so.
  const inspected = await container.inspect().catch(() => undefined);
  const check = inspected?.State.Health?.Log.at(-1)?.Output.trim();
  const log = await logInWords(container);
  return [
    `${subject} ${problem}. ${meanwhile}`,
    ...(check ? [`last health check: ${check}`] : []),
    ...(log ? [log] : []),
    "Correct its tag or settings in the stack config, or put the former ones back, and run pulumi up again.",
  ].join("\n");
}
