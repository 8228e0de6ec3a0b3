import { isDeepStrictEqual } from "node:util";
import type { Route } from "../contract/gateway.ts";
import { colorOf } from "../settings/color.ts";
import { messageOf } from "../host/message.ts";
import { candidateRecord, generationFiles, type Passwords } from "./candidate.ts";
import type { GatewayContainer } from "./gateway.ts";
import { reachesAlike } from "./guarded-check.ts";
import { nginxUid } from "./layout.ts";
import type { GenerationRecord } from "./record.ts";
import type { RouteNote } from "./route-note.ts";
import { goBack, servingInWords } from "./way-back.ts";

const proofSeconds = 10;

/** What is there, and what is to come. */
interface Course {
  live: GenerationRecord;
  candidate: GenerationRecord;
  rejected: ReadonlySet<string>;
}

/**
 * Moves to a generation by which the coming release can be asked first, see {@link readyRecord}. For clients nothing
 * changes.
 *
 * @returns the generation that serves now
 */
export async function getReady(
  tools: { gateway: GatewayContainer; stack: string; note: RouteNote },
  { route, passwords }: { route: Route } & Passwords,
  course: Course,
): Promise<GenerationRecord> {
  const { live } = course;
  const { gateway, note } = tools;
  const ready = readyRecord(route, course, { passwords });
  if (ready === undefined) return live;
  try {
    await gateway.stage(ready, generationFiles(route, ready, { passwords }), nginxUid);
    await gateway.activate(ready.generation, proofSeconds, note.guard);
    return ready;
  } catch (error) {
    await goBack(tools, live, proofSeconds, error);
    throw new Error(`the route was not moved, ${servingInWords(live)} goes on serving. ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * A generation that serves what the live one serves, and knows which parts the coming release has: by it a release with
 * other parts is asked before any client reaches it. Undefined if none is needed, or if it would serve anything else.
 */
export function readyRecord(
  route: Route,
  { live, candidate, rejected }: Course,
  { passwords }: Passwords,
): GenerationRecord | undefined {
  const { active, guardToken, canary } = live;
  if (active === undefined || guardToken === undefined || canary !== undefined) return undefined;
  if (reachesAlike(live, candidate)) return undefined;
  const color = colorOf(active);
  const servesAlike =
    isDeepStrictEqual([live.backend, live.replicas], [candidate.backend, candidate.replicas]) &&
    live.alone?.[color] === candidate.alone?.[color];
  if (!servesAlike || candidate.active === active) return undefined;
  return candidateRecord(route, { active, guardToken, passwords }, live, rejected);
}
