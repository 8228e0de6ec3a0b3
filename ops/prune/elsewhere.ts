import type Docker from "dockerode";
import { orMissing } from "../../engine/client.ts";
import { platformLabels } from "../../workload/platform.ts";
import { releaseNotesIn } from "../release-notes.ts";
import type { Target } from "../target.ts";
import { heldVolumes } from "./images.ts";
import { messageOf } from "../../host/message.ts";

/** The images that other stacks on the same engine need. */
export interface ImagesElsewhere {
  references: readonly string[];
  /** The engine's ids, where they are known: the other stack may call the same image by another name. */
  ids: readonly string[];
  /** Why it isn't known of a stack, in words. */
  unknown: readonly string[];
}

/**
 * Finds the images of all releases of other stacks by their notes. A container has no frontend's image, and where no colour
 * stands by none has the other backend's, so that the engine itself doesn't know who needs them.
 *
 * @param image has a shell; a container of it reads the other stacks' volumes
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
    const stack = labels["webnet.stack"];
    if (stack === target.stack) continue;
    const isThere = async () => (await orMissing(docker.getVolume(name).inspect())) !== undefined;
    // To mount one whose stack was destroyed meanwhile would make it anew.
    if (!(await isThere())) continue;
    const which = stack === undefined ? `the volume ${name}` : `the stack ${stack}`;
    try {
      const volume = { image, volume: name, labels: platformLabels(target, "copy") };
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
