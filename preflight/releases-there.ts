import type Docker from "dockerode";
import { frontendMount } from "../gateway/layout.ts";
import { readTexts } from "../engine/archive.ts";
import { orMissing } from "../engine/client.ts";
import { noteFolder, parseNote, type ReleaseNote } from "../release/note.ts";
import { isPublished } from "../release/published.ts";
import { frontendVolumeName } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";
import { ofStack, releaseOf, roles } from "../workload/labels.ts";

/** What the engine has of a stack's releases. */
export interface ReleasesThere {
  /** The engine's id of the image of each release's service, by release. */
  services: ReadonlyMap<string, string>;
  /** The notes of all published releases: first those whose service is there, then the newest. */
  notes: readonly ReleaseNote[];
  /** Names of notes that can't be read. */
  unreadable: readonly string[];
  /** Whether all files of a release's frontend are in the volume that the gateway serves them from. */
  isPublished: (release: string) => Promise<boolean>;
}

/** Asks the engine. It reads files through a container that mounts the volume, running or not. */
export async function releasesThere(
  docker: Docker,
  { stack, prefix }: Pick<Platform, "stack" | "prefix">,
): Promise<ReleasesThere> {
  const volume = frontendVolumeName(prefix);
  const [services, holders] = await Promise.all([
    docker.listContainers({ all: true, filters: { label: ofStack(stack, roles.release) } }),
    docker.listContainers({ all: true, filters: { label: ofStack(stack), volume: [volume] } }),
  ]);
  const images = new Map(services.map((container) => [releaseOf(container), container.ImageID]));
  const holder = holders.find(({ Mounts }) =>
    Mounts.some(({ Destination }) => Destination === frontendMount),
  );
  if (holder === undefined)
    return { services: images, notes: [], unreadable: [], isPublished: () => Promise.resolve(false) };
  const container = docker.getContainer(holder.Id);
  const { notes, unreadable } = await readNotes(container);
  const runs = ({ release }: ReleaseNote): number => (images.has(release) ? 1 : 0);
  return {
    services: images,
    notes: notes.sort(
      (left, right) => runs(right) - runs(left) || right.published.getTime() - left.published.getTime(),
    ),
    unreadable,
    isPublished: (release) => isPublished(container, frontendMount, release),
  };
}

async function readNotes(
  container: Docker.Container,
): Promise<{ notes: ReleaseNote[]; unreadable: string[] }> {
  const notes: ReleaseNote[] = [];
  const unreadable: string[] = [];
  for (const { name, content } of (await orMissing(readTexts(container, `${frontendMount}/${noteFolder}`))) ??
    []) {
    const note = parseNote(content);
    if (note === undefined) unreadable.push(name);
    else notes.push(note);
  }
  return { notes, unreadable };
}
