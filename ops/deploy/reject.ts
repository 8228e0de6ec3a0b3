import { messageOf } from "../../host/message.ts";
import { runningGateway } from "../../gateway/live.ts";
import { noteRejected } from "../../gateway/rejected.ts";
import type { Target } from "../target.ts";

/** Notes that a release is taken back, so that no later rollback goes to it. A failure doesn't stop the way back. */
export async function reject(
  target: Target,
  release: string,
  reason: string,
  say: (line: string) => void,
): Promise<void> {
  try {
    const running = await runningGateway(target.docker(), target.stack);
    if (running === undefined) throw new Error("no gateway runs");
    await noteRejected(running.gateway.exec, release, reason);
  } catch (error) {
    say(
      `That ${release} is taken back can't be noted, and a later rollback may go to it: ${messageOf(error)}`,
    );
  }
}
