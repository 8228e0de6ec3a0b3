import type Docker from "dockerode";
import { orMissing } from "../../engine/client.ts";
import { Gateway } from "./gateway.ts";
import type { GenerationRecord } from "./record.ts";

/** The gateway, and what it serves at this moment. */
export interface LiveGateway {
  gateway: Gateway;
  /** Id of the image that the gateway runs. */
  image: string;
  record: GenerationRecord;
}

/** Asks the gateway what it serves; undefined where none runs, so that nothing is served. */
export async function liveGateway(docker: Docker, containerName: string): Promise<LiveGateway | undefined> {
  const container = docker.getContainer(containerName);
  const inspected = await orMissing(container.inspect());
  if (inspected?.State.Running !== true) return undefined;
  const gateway = new Gateway(container);
  return { gateway, image: inspected.Image, record: await gateway.record(await gateway.servingGeneration()) };
}
