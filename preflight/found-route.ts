import type Docker from "dockerode";
import { engineFailure, engineStatus } from "../engine/client.ts";
import { configMount } from "../gateway/layout.ts";
import { readRouteNote } from "../gateway/route-note.ts";
import { messageOf } from "../host/message.ts";
import type { FoundRoute } from "../workload/found-route.ts";
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
  const recorded = (await known())?.route;
  const route = recorded === undefined ? {} : { recorded };
  if (holder === undefined) return { route, warnings: [] };
  try {
    const noted = await readRouteNote(docker.getContainer(holder.Id));
    return { route: noted === undefined ? route : { ...route, noted }, warnings: [] };
  } catch (error) {
    if (engineStatus(error) === undefined && engineFailure(error) !== undefined) throw error;
    return { route, warnings: [unread(messageOf(error))] };
  }
}

function unread(why: string): string {
  return (
    `webnet could not read what the gateway notes of its route: ${why}. If an earlier update was killed while it moved ` +
    "the route, this one may not move it back"
  );
}
