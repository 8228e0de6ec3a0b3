import { messageOf } from "../host/message.ts";
import { recoverLine } from "../settings/commands.ts";
import type { GatewayContainer } from "./gateway.ts";
import type { GenerationRecord } from "./record.ts";
import { LostWayBack, type RouteNote } from "./route-note.ts";
import { tellServing } from "./serving.ts";

/** What serves by a generation, in words. */
export function servingInWords({ active }: Pick<GenerationRecord, "active">): string {
  return active ?? "the answer 503 of a platform without a release";
}

/**
 * Moves the route back to the generation that served before a step that failed.
 *
 * @param cause why the step failed
 * @throws LostWayBack if it can't, or if another update moves the route by now
 */
export async function goBack(
  { gateway, stack, note }: { gateway: GatewayContainer; stack: string; note: Pick<RouteNote, "guard"> },
  live: GenerationRecord,
  seconds: number,
  cause: unknown,
): Promise<void> {
  try {
    await gateway.activate(live.generation, seconds, note.guard);
    await tellServing(gateway.exec, live.active);
  } catch (error) {
    throw new LostWayBack(
      `${messageOf(cause)}\nThe way back to ${servingInWords(live)} failed as well: ${messageOf(error)}\n` +
        "Run pulumi up, with this config or the former one: it moves the route anew. If that fails, docker logs of the " +
        `gateway's container shows why, and ${recoverLine({ stack })} heals.`,
      { cause: error },
    );
  }
}
