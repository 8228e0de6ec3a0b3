import type Docker from "dockerode";
import { stackLabel, stackOf, type Labelled } from "../../workload/labels.ts";

/** What to remove. */
export interface Leftovers {
  /** Returns true for the name of a stack to remove. */
  ofStack: (stack: string) => boolean;
  /** Also removes volumes, with their data. */
  volumes: boolean;
}

/** Number of removed objects, by kind. */
export interface Removed {
  containers: number;
  networks: number;
  volumes: number;
}

/** Removes containers, networks and, on request, volumes by our label. Leaves everything without the label alone. */
export async function removeLeftovers(engine: Docker, leftovers: Leftovers): Promise<Removed> {
  const filters = { label: [stackLabel] };
  const isMeant = (one: Labelled): boolean => {
    const stack = stackOf(one);
    return stack !== undefined && leftovers.ofStack(stack);
  };

  const containers = (await engine.listContainers({ all: true, filters })).filter(isMeant);
  await Promise.all(containers.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true })));
  const networks = (await engine.listNetworks({ filters })).filter(isMeant);
  await Promise.all(networks.map(({ Id }) => engine.getNetwork(Id).remove()));
  // Older engines answer null if there is no volume.
  const listed = (await engine.listVolumes({ filters })).Volumes as Docker.VolumeInspectInfo[] | null;
  const volumes = leftovers.volumes ? (listed ?? []).filter(isMeant) : [];
  await Promise.all(volumes.map(({ Name }) => engine.getVolume(Name).remove()));
  return { containers: containers.length, networks: networks.length, volumes: volumes.length };
}

/** Removes the images that set-up made, with all tags. */
export async function removeLocalImages(engine: Docker): Promise<number> {
  const images = await engine.listImages({ filters: { reference: ["webnet.local/*"] } });
  for (const { RepoTags } of images) {
    for (const tag of RepoTags ?? []) await engine.getImage(tag).remove({ force: true });
  }
  return images.length;
}
