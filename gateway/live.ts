import type Docker from "dockerode";
import { engineStatus, orMissing } from "../engine/client.ts";
import { isUp } from "../engine/containers.ts";
import { GatewayContainer } from "./gateway.ts";
import { recordByName, UnreadableRecord, type GenerationRecord } from "./record.ts";

/** A gateway whose container runs. */
export interface RunningGateway {
  gateway: GatewayContainer;
  /** Its name in the settings' words: a hash of its description (the label `webnet.gateway`). */
  id: string;
  /** Id of the image that it runs. */
  image: string;
  /** The network that it is in: the edge's, by its id. */
  network: string;
}

const notRunning = 409;
/** The label that tells gateways apart. */
export const gatewayLabel = "webnet.gateway";

/** Whether a container is an nginx that serves, or is about to. */
export function isGateway({ Labels }: Pick<Docker.ContainerInfo, "Labels">): boolean {
  return Labels["webnet.role"] === "gateway";
}

/** Whether a gateway is in the network of an edge that isn't there any more: the engine never starts it again. */
export function isStranded(
  container: Pick<Docker.ContainerInfo, "Labels" | "HostConfig">,
  all: readonly Pick<Docker.ContainerInfo, "Id">[],
): boolean {
  const [, edge] = /^container:(.+)$/.exec(container.HostConfig.NetworkMode) ?? [];
  return isGateway(container) && edge !== undefined && !all.some(({ Id }) => Id === edge);
}

/** Every gateway of a stack whose container runs: two while the one takes the other's place. */
export async function runningGateways(docker: Docker, stack: string): Promise<RunningGateway[]> {
  return await runningOf(docker, stack, "gateway");
}

/** The edge's own nginx, while it stands in for a gateway. */
export async function standIn(docker: Docker, stack: string): Promise<RunningGateway | undefined> {
  const [edge] = await runningOf(docker, stack, "edge");
  const listening = await (edge && unlessEnded(edge.gateway.listening()));
  return listening === "standIn" ? edge : undefined;
}

async function runningOf(docker: Docker, stack: string, role: string): Promise<RunningGateway[]> {
  const label = [`webnet.stack=${stack}`, `webnet.role=${role}`];
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

/** The gateways that take connections from outside. One that ended meanwhile is left out. */
export async function publicGateways(docker: Docker, stack: string): Promise<RunningGateway[]> {
  const running = await runningGateways(docker, stack);
  const isPublic = await Promise.all(
    running.map(({ gateway }) => unlessEnded(gateway.isPublic()).then((answer) => answer === true)),
  );
  return running.filter((_, at) => isPublic[at]);
}

/**
 * The gateway that serves; where none takes connections, one that runs; where none does, the edge's own while it stands in;
 * undefined where nobody serves.
 */
export async function runningGateway(docker: Docker, stack: string): Promise<RunningGateway | undefined> {
  const running = await runningGateways(docker, stack);
  if (running.length === 0) return await standIn(docker, stack);
  if (running.length === 1) return running[0];
  const [serving] = await publicGateways(docker, stack);
  return serving ?? running[0];
}

/** What a gateway serves. */
export interface LiveGateway extends RunningGateway {
  record: GenerationRecord;
  /** Why the record tells the release alone; absent where it could be read. */
  unreadable?: string;
}

/**
 * Asks the gateway what it serves at this moment; undefined where nothing is served: no gateway runs, or its route was
 * given up and it is about to end, as in a `pulumi destroy`.
 *
 * @param damaged what becomes of a record that can't be read: an error, or what its name tells, for those who delete
 *   nothing that it may refer to. Default: an error
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
      // First, since a gateway that is ending answers nobody new while it finishes its connections.
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

/** What a gateway answers; undefined where its container has ended meanwhile. */
export async function unlessEnded<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (engineStatus(error) === notRunning) return undefined;
    throw error;
  }
}
