import type Docker from "dockerode";
import { messageOf } from "../host/message.ts";
import { isAway } from "./client.ts";
import { confined } from "./confined.ts";
import { leftOfTrial } from "./temporary.ts";

/** Longer than the engine takes to start the container and to report its ports. */
const heldSeconds = 60;
const internal = "80/tcp";

type Published = Record<string, { HostIp: string }[] | null>;

/** The container that publishes a port for a moment. */
export interface PublishTrial {
  /** The container's network. It gets no alias there. */
  network: string;
  /** An image that the engine holds, with the program `sleep` in it. */
  image: string;
  /** Labels of the container, by which a leftover of a killed run can be recognised. */
  labels: Record<string, string>;
  /** Address of the engine's host. */
  address: string;
  /** Port at that address; undefined for any free one. */
  port: number | undefined;
}

/** The problem of an engine that accepts an IPv6 address and publishes nothing there, without an error. */
export const nothingBySix = "the engine publishes nothing by IPv6";

/**
 * Tests whether the engine can publish a port, with a container that is removed at once. Only the engine can tell: its
 * host may be another machine, and it has other rights than this process.
 *
 * @returns undefined if it can; else the engine's own words, or {@link nothingBySix}, or that the container is still
 *   there: it may hold the port
 * @throws Error if the engine does not answer
 */
export async function refusalToPublish(docker: Docker, trial: PublishTrial): Promise<string | undefined> {
  let container: Docker.Container;
  try {
    container = await docker.createContainer(bodyOf(trial));
  } catch (error) {
    return refusalIn(error);
  }
  let refusal: string | undefined;
  let left: string | undefined;
  try {
    refusal = await refusalAtStart(container, trial.address);
  } finally {
    left = await leftOfTrial(container);
  }
  return refusal ?? left;
}

async function refusalAtStart(container: Docker.Container, address: string): Promise<string | undefined> {
  try {
    await container.start();
    if (!address.includes(":")) return undefined;
    // Without userland-proxy the engine drops an IPv6 binding if the network has no IPv6 (seen with 28.5).
    const { NetworkSettings } = await container.inspect();
    const published = (NetworkSettings.Ports as Published | null)?.[internal] ?? [];
    return published.some(({ HostIp }) => HostIp.includes(":")) ? undefined : nothingBySix;
  } catch (error) {
    return refusalIn(error);
  }
}

/** The engine's own words. An engine that doesn't answer has not refused anything. */
function refusalIn(error: unknown): string {
  if (isAway(error)) throw error;
  return messageOf(error);
}

function bodyOf({ image, network, labels, address, port }: PublishTrial): Docker.ContainerCreateOptions {
  return {
    Image: image,
    // A container that a kill leaves behind must not hold the port for ever.
    Entrypoint: ["sleep", String(heldSeconds)],
    Cmd: [],
    Labels: labels,
    ExposedPorts: { [internal]: {} },
    HostConfig: confined({
      NetworkMode: network,
      PortBindings: { [internal]: [{ HostIp: address, HostPort: port === undefined ? "" : String(port) }] },
    }),
  };
}
