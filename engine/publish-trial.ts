import type Docker from "dockerode";

/** What a port is published by for a moment. */
export interface PublishTrial {
  /** Network that the container is on, with no further name there. */
  network: string;
  /** An image that the engine holds, with the program `true` in it. */
  image: string;
  /** Labels of the container, so that one which a kill left can be told. */
  labels: Record<string, string>;
  /** Address of the engine's host. */
  address: string;
  /** Port there; undefined for any one that is free. */
  port: number | undefined;
}

/**
 * Has the engine publish a port as it would for a service, by a container that ends at once. Only the engine knows: its
 * host may be another machine, and its rights are not ours.
 *
 * @returns undefined where it can; else the engine's own words.
 */
export async function refusalToPublish(docker: Docker, trial: PublishTrial): Promise<string | undefined> {
  const { image, network, labels, address, port } = trial;
  const internal = "80/tcp";
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["true"],
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
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await container.remove({ force: true, v: true });
  }
}
