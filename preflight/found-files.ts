import type Docker from "dockerode";
import { filesNoteSchema } from "../contract/files.ts";
import { readTexts } from "../engine/archive.ts";
import { hasEnded } from "../engine/client.ts";
import { containerName } from "../engine/containers.ts";
import { doneNote, notesDirectory, pendingNote } from "../engine/file-set-steps.ts";
import { toldContainers } from "../services/monitoring.ts";
import { readableJson } from "../settings/json.ts";
import type { FoundFiles } from "../workload/found-files.ts";
import { stackPrefix } from "../workload/names.ts";
import type { KnownObjects } from "./known.ts";
import { stackOf } from "../workload/labels.ts";

/** The engine answers within hundredths of a second. */
const noteSeconds = 20;

/**
 * Reads what volumes note of the files in them, from the containers that are told when those change. It makes no
 * container: without one, nobody reads files that a killed update has left.
 *
 * @param containers all of the engine's
 * @returns by the volume's name
 */
export async function findFiles(
  docker: Docker,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
  known: () => Promise<Pick<KnownObjects, "files"> | undefined>,
): Promise<Map<string, FoundFiles>> {
  const told = toldContainers(stackPrefix(stack));
  const mounts = containers
    .filter((one) => stackOf(one) === stack && told.includes(containerName(one)))
    .flatMap(({ Id, Mounts }) =>
      // Data are mounted to be written, files are not.
      Mounts.filter(({ Type, RW }) => Type === "volume" && !RW).map(({ Name = "", Destination }) => ({
        container: docker.getContainer(Id),
        volume: Name,
        directory: Destination,
      })),
    );
  const found = await Promise.all(
    mounts.map(async ({ container, volume, directory }) => {
      const notes = await notesIn(container, directory);
      return notes === undefined ? [] : [[volume, notes] as const];
    }),
  );
  if (found.flat().length === 0) return new Map();
  const recorded = (await known())?.files;
  return new Map(
    found.flat().map(([volume, notes]) => {
      const digest = recorded?.get(volume);
      return [volume, { ...notes, ...(digest !== undefined && { recorded: digest }) }];
    }),
  );
}

/** Undefined if the volume has no notes. */
async function notesIn(container: Docker.Container, directory: string): Promise<FoundFiles | undefined> {
  let notes: { name: string; content: string }[];
  try {
    notes = await readTexts(container, `${directory}/${notesDirectory}`, { totalSeconds: noteSeconds });
  } catch (error) {
    // The container may be removed at this moment, and a volume of an earlier webnet has no notes.
    if (hasEnded(error)) return undefined;
    throw error;
  }
  const named = notes.map(({ name, content }) => ({ name: name.split("/").at(-1) ?? "", content }));
  const done = named.find(({ name }) => name === doneNote)?.content ?? "";
  return {
    ...(readableJson(filesNoteSchema, done) ?? { repairs: 0 }),
    pending: named.some(({ name }) => name.startsWith(pendingNote)),
  };
}
