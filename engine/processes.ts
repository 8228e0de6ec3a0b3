import type Docker from "dockerode";
import { messageOf } from "../host/message.ts";

/**
 * Bounds the processes and threads of a container that runs. Pulumi's provider can't, and making the container anew for
 * it would be a gap. The bound stays until the container is made anew.
 *
 * @returns undefined if it has the bound; else why it hasn't
 */
export async function boundProcesses(
  container: Docker.Container,
  processes: number,
): Promise<string | undefined> {
  try {
    const { HostConfig } = await container.inspect();
    if (HostConfig.PidsLimit !== processes) await container.update({ PidsLimit: processes });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
