import type Docker from "dockerode";
import { isAway } from "../engine/client.ts";
import { configMount } from "../gateway/layout.ts";
import { readRouteNote } from "../gateway/route-note.ts";
import { messageOf } from "../host/message.ts";
import type { FoundRoute, NotedRoute } from "../workload/found-route.ts";
import { stackOf } from "../workload/labels.ts";
import type { KnownObjects } from "./known.ts";

/** What was found of the route, and what could not be read. */
export interface RouteFinding {
  route: FoundRoute;
  warnings: string[];
}

/**
 * Reads what the gateway's volume notes of the step that moves the route. A note that can't be read is no problem: what
 * serves doesn't depend on it.
 *
 * @param containers all of the engine's
 * @throws Error if the engine doesn't answer
 */
export async function findRoute(
  docker: Docker,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
  known: () => Promise<Pick<KnownObjects, "route"> | undefined>,
): Promise<RouteFinding> {
  const holder = containers.find(
    (one) => stackOf(one) === stack && one.Mounts.some(({ Destination }) => Destination === configMount),
  );
  const [state, { noted, warnings }] = await Promise.all([known(), noteIn(docker, holder)]);
  const recorded = state?.route;
  return { route: { ...(recorded && { recorded }), ...(noted && { noted }) }, warnings };
}

async function noteIn(
  docker: Docker,
  holder: Docker.ContainerInfo | undefined,
): Promise<{ noted?: NotedRoute | undefined; warnings: string[] }> {
  try {
    return { noted: holder && (await readRouteNote(docker.getContainer(holder.Id))), warnings: [] };
  } catch (error) {
    if (isAway(error)) throw error;
    return { warnings: [unread(messageOf(error))] };
  }
}

function unread(why: string): string {
  return (
    `webnet could not read what the gateway notes of its route: ${why}. If an earlier update was killed while it moved ` +
    "the route, this one may not move it back"
  );
}
