import type Docker from "dockerode";
import { engineStatus, orMissing } from "../../engine/client.ts";
import { Gateway } from "./gateway.ts";
import { recordByName, UnreadableRecord, type GenerationRecord } from "./record.ts";

/** A gateway whose container runs. */
export interface RunningGateway {
  gateway: Gateway;
  /** Id of the image that it runs. */
  image: string;
}

const notRunning = 409;

/** Finds the gateway; undefined where none runs. */
export async function runningGateway(
  docker: Docker,
  containerName: string,
): Promise<RunningGateway | undefined> {
  const container = docker.getContainer(containerName);
  const inspected = await orMissing(container.inspect());
  if (inspected?.State.Running !== true) return undefined;
  return { gateway: new Gateway(container), image: inspected.Image };
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
  containerName: string,
  damaged: "refused" | "by name" = "refused",
): Promise<LiveGateway | undefined> {
  const running = await runningGateway(docker, containerName);
  if (running === undefined) return undefined;
  const { gateway } = running;
  try {
    // First, since a gateway that is ending answers nobody new while it finishes its connections.
    if (await gateway.wasUnrouted()) return undefined;
    return { ...running, record: await gateway.servingRecord() };
  } catch (error) {
    if (engineStatus(error) === notRunning) return undefined;
    if (damaged === "by name" && error instanceof UnreadableRecord)
      return { ...running, record: recordByName(error), unreadable: error.message };
    throw error;
  }
}
