import type Docker from "dockerode";
import { engineStatus, orMissing } from "../../engine/client.ts";
import { Gateway } from "./gateway.ts";
import type { GenerationRecord } from "./record.ts";

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

/**
 * Asks the gateway what it serves at this moment; undefined where nothing is served: no gateway runs, or its route was
 * given up and it is about to end, as in a `pulumi destroy`.
 */
export async function liveGateway(
  docker: Docker,
  containerName: string,
): Promise<(RunningGateway & { record: GenerationRecord }) | undefined> {
  const running = await runningGateway(docker, containerName);
  if (running === undefined) return undefined;
  const { gateway } = running;
  try {
    // First, since a gateway that is ending answers nobody new while it finishes its connections.
    if (await gateway.wasUnrouted()) return undefined;
    return { ...running, record: await gateway.servingRecord() };
  } catch (error) {
    if (engineStatus(error) === notRunning) return undefined;
    throw error;
  }
}
