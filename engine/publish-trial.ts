import type Docker from "dockerode";
import { messageOf } from "../host/message.ts";

/** Longer than an engine takes to start it and to tell of it. */
const heldSeconds = 60;

type Published = Record<string, { HostIp: string }[] | null>;

/** What a port is published by for a moment. */
export interface PublishTrial {
  /** Network that the container is on, with no further name there. */
  network: string;
  /** An image that the engine holds, with the program `sleep` in it. */
  image: string;
  /** Labels of the container, so that one which a kill left can be told. */
  labels: Record<string, string>;
  /** Address of the engine's host. */
  address: string;
  /** Port there; undefined for any one that is free. */
  port: number | undefined;
}

/** What is said of an engine that takes an address of IPv6 and publishes nothing there, without an error. */
export const nothingBySix = "the engine publishes nothing by IPv6";

/**
 * Has the engine publish a port as it would for a service, by a container that is removed at once. Only the engine knows: its
 * host may be another machine, and its rights are not ours.
 *
 * @returns undefined where it can; else the engine's own words.
 */
export async function refusalToPublish(docker: Docker, trial: PublishTrial): Promise<string | undefined> {
  const { image, network, labels, address, port } = trial;
  const internal = "80/tcp";
  const container = await docker.createContainer({
    Image: image,
    // One that a kill leaves behind must not hold the port for ever.
    Entrypoint: ["sleep", String(heldSeconds)],
    Cmd: [],
    Labels: labels,
    ExposedPorts: { [internal]: {} },
    HostConfig: {
      NetworkMode: network,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      PortBindings: { [internal]: [{ HostIp: address, HostPort: port === undefined ? "" : String(port) }] },
    },
  });
  try {
    await container.start();
    if (!address.includes(":")) return undefined;
    // Without its userland-proxy an engine drops such a binding where the network has no IPv6 (seen with 28.5).
    const { NetworkSettings } = await container.inspect();
    const published = (NetworkSettings.Ports as Published | null)?.[internal] ?? [];
    return published.some(({ HostIp }) => HostIp.includes(":")) ? undefined : nothingBySix;
  } catch (error) {
    return messageOf(error);
  } finally {
    await container.remove({ force: true, v: true });
  }
}
