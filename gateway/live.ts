import type Docker from "dockerode";
import { hasEnded, orMissing } from "../engine/client.ts";
import { isUp } from "../engine/containers.ts";
import { GatewayContainer } from "./gateway.ts";
import { recordByName, UnreadableRecord, type GenerationRecord } from "./record.ts";
import { ofStack, roleOf, roles, type Labelled } from "../workload/labels.ts";

/** A gateway whose container runs. */
export interface RunningGateway {
  gateway: GatewayContainer;
  /** Its name: a hash of its description in the settings (the label `webnet.gateway`). */
  id: string;
  /** Id of its image. */
  image: string;
  /** Its network mode, which names the edge by its container id. */
  network: string;
}

/** The label that tells gateways apart. */
export const gatewayLabel = "webnet.gateway";

/** True if a container is a gateway's nginx, whether or not it serves yet. */
export function isGateway(container: Labelled): boolean {
  return roleOf(container) === roles.gateway;
}

/** True if a gateway is in the network of an edge that is gone: the engine never starts it again. */
export function isStranded(
  container: Pick<Docker.ContainerInfo, "Labels" | "HostConfig">,
  all: readonly Pick<Docker.ContainerInfo, "Id">[],
): boolean {
  const [, edge] = /^container:(.+)$/.exec(container.HostConfig.NetworkMode) ?? [];
  return isGateway(container) && edge !== undefined && !all.some(({ Id }) => Id === edge);
}

/** Every gateway of a stack whose container runs: two while one replaces the other. */
export async function runningGateways(docker: Docker, stack: string): Promise<RunningGateway[]> {
  return await runningOf(docker, stack, roles.gateway);
}

/** The edge's own nginx; undefined unless it stands in for a gateway. */
export async function standIn(docker: Docker, stack: string): Promise<RunningGateway | undefined> {
  const [edge] = await runningOf(docker, stack, roles.edge);
  const listening = await (edge && unlessEnded(edge.gateway.listening()));
  return listening === "standIn" ? edge : undefined;
}

async function runningOf(docker: Docker, stack: string, role: string): Promise<RunningGateway[]> {
  const label = ofStack(stack, role);
  const listed = await docker.listContainers({ filters: { label } });
  const found = await Promise.all(
    listed.map(async ({ Id }): Promise<RunningGateway[]> => {
      const container = docker.getContainer(Id);
      const inspected = await orMissing(container.inspect());
      if (!isUp(inspected)) return [];
      const id = inspected.Config.Labels[gatewayLabel] ?? "";
      const network = inspected.HostConfig.NetworkMode ?? "";
      return [{ gateway: new GatewayContainer(container), id, image: inspected.Image, network }];
    }),
  );
  return found.flat();
}

/** The gateways that take connections from outside, without any that end meanwhile. */
export async function publicGateways(docker: Docker, stack: string): Promise<RunningGateway[]> {
  const running = await runningGateways(docker, stack);
  const isPublic = await Promise.all(
    running.map(({ gateway }) => unlessEnded(gateway.isPublic()).then((answer) => answer === true)),
  );
  return running.filter((_, at) => isPublic[at]);
}

/**
 * The gateway that serves. If several run and none takes connections: one of them. If none runs: the edge's own nginx
 * while it stands in. Undefined if nothing serves.
 */
export async function runningGateway(docker: Docker, stack: string): Promise<RunningGateway | undefined> {
  const running = await runningGateways(docker, stack);
  if (running.length === 0) return await standIn(docker, stack);
  if (running.length === 1) return running[0];
  const [serving] = await publicGateways(docker, stack);
  return serving ?? running[0];
}

/** A running gateway and what it serves. */
export interface LiveGateway extends RunningGateway {
  record: GenerationRecord;
  /** Why only the release in the record is known; absent if the record could be read. */
  unreadable?: string;
}

/**
 * Asks the gateway what it serves now. Undefined if nothing serves: no gateway runs, or the stack gave up its route and
 * it is about to end, as in a `pulumi destroy`.
 *
 * @param damaged what to do if the record can't be read: throw the error, or return what the generation's name tells.
 *   Use the second only if you delete nothing that the record may refer to. Default: throw
 */
export async function liveGateway(
  docker: Docker,
  stack: string,
  damaged: "refused" | "by name" = "refused",
): Promise<LiveGateway | undefined> {
  const running = await runningGateway(docker, stack);
  if (running === undefined) return undefined;
  const { gateway } = running;
  return await unlessEnded(
    (async () => {
      // Comes first: an ending gateway answers no new connection while it finishes the others.
      if (await gateway.wasUnrouted()) return undefined;
      try {
        return { ...running, record: await gateway.servingRecord() };
      } catch (error) {
        if (damaged === "refused" || !(error instanceof UnreadableRecord)) throw error;
        return { ...running, record: recordByName(error), unreadable: error.message };
      }
    })(),
  );
}

/** Waits for a gateway's answer; undefined if its container has ended meanwhile. */
export async function unlessEnded<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasEnded(error)) return undefined;
    throw error;
  }
}
