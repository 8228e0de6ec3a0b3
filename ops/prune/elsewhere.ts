import type Docker from "dockerode";
import { orMissing } from "../../engine/client.ts";
import { releaseNotesIn } from "../release-notes.ts";
import type { Target } from "../target.ts";
import { heldVolumes } from "./images.ts";
import { messageOf } from "../../host/message.ts";
import { copyLabels, stackOf } from "../../workload/labels.ts";

/** The images that other stacks on the same engine need. */
export interface ImagesElsewhere {
  references: readonly string[];
  /** The images' ids, where known: the other stack may use another name for the same image. */
  ids: readonly string[];
  /** Messages about stacks whose images are unknown, with the reason. */
  unknown: readonly string[];
}

/**
 * Finds the images of all releases of other stacks, from the releases' notes. The engine can't tell who needs them: no
 * container uses a frontend image, and without a standby none uses the other backend's image.
 *
 * @param image an image with a shell: a container made from it reads the other stacks' volumes
 */
export async function imagesElsewhere(
  docker: Docker,
  target: Target,
  image: string,
): Promise<ImagesElsewhere> {
  const references: string[] = [];
  const ids: string[] = [];
  const unknown: string[] = [];
  for (const { name, labels } of await heldVolumes(docker, "frontends")) {
    const stack = stackOf({ Labels: labels });
    if (stack === target.stack) continue;
    const isThere = async () => (await orMissing(docker.getVolume(name).inspect())) !== undefined;
    // If the stack was destroyed meanwhile, mounting its volume would create the volume again.
    if (!(await isThere())) continue;
    const which = stack === undefined ? `the volume ${name}` : `the stack ${stack}`;
    try {
      const volume = { image, volume: name, labels: copyLabels(target) };
      const { notes, unreadable } = await releaseNotesIn(docker, volume);
      references.push(...notes.flatMap(({ parts }) => parts.map(({ image: name }) => name)));
      ids.push(...notes.flatMap(({ parts }) => parts.flatMap(({ imageId }) => imageId ?? [])));
      unknown.push(
        ...unreadable.map(
          (release) => `${which} may need it, whose note of ${release} can't be read, which tells its images`,
        ),
      );
    } catch (error) {
      if (!(await isThere())) continue;
      const reason = messageOf(error);
      unknown.push(`${which} may need it, whose releases' notes can't be read: ${reason}`);
    }
  }
  return { references, ids, unknown };
}
