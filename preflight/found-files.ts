import type Docker from "dockerode";
import { filesNoteSchema } from "../contract/files.ts";
import { readTexts } from "../engine/archive.ts";
import { hasEnded, isAway } from "../engine/client.ts";
import { containerName } from "../engine/containers.ts";
import { doneNote, notesDirectory, pendingNote } from "../engine/file-set-steps.ts";
import { messageOf } from "../host/message.ts";
import { toldContainers } from "../services/monitoring.ts";
import { readableJson } from "../settings/json.ts";
import type { FoundFiles } from "../workload/found-files.ts";
import { stackPrefix } from "../workload/names.ts";
import type { KnownObjects } from "./known.ts";
import { stackOf } from "../workload/labels.ts";

/** The engine answers within hundredths of a second. */
const noteSeconds = 20;

/** What volumes note of the files in them, by the volume's name, and what could not be read. */
export interface FilesFinding {
  files: Map<string, FoundFiles>;
  warnings: string[];
}

/**
 * Reads what volumes note of the files in them, from the containers that are told when those change. It makes no
 * container: without one, nobody reads files that a killed update has left. Notes that can't be read are no problem:
 * nothing that serves depends on them.
 *
 * @param containers all of the engine's
 * @throws Error if the engine doesn't answer
 */
export async function findFiles(
  docker: Docker,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
  known: () => Promise<Pick<KnownObjects, "files"> | undefined>,
): Promise<FilesFinding> {
  const warnings: string[] = [];
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
      try {
        const notes = await notesIn(container, directory);
        return notes === undefined ? [] : [[volume, notes] as const];
      } catch (error) {
        if (isAway(error)) throw error;
        warnings.push(unread(volume, messageOf(error)));
        return [];
      }
    }),
  );
  if (found.flat().length === 0) return { files: new Map(), warnings };
  const recorded = (await known())?.files;
  const files = found.flat().map(([volume, notes]): [string, FoundFiles] => {
    const digest = recorded?.get(volume);
    return [volume, { ...notes, ...(digest !== undefined && { recorded: digest }) }];
  });
  return { files: new Map(files), warnings };
}

function unread(volume: string, why: string): string {
  return (
    `webnet could not read the notes in the volume ${volume}: ${why}. If an earlier update was killed while it changed ` +
    "the files in it, this one may not put them right"
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
