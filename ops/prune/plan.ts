import type { ReleaseNote } from "../../release/note.ts";
import { tagsInWords } from "../../settings/parts.ts";

/** An image that the engine holds. */
export interface HeldImage {
  id: string;
  /** All its names, by tag and by digest. */
  references: readonly string[];
  /** What its removal frees at least: the layers that it shares with no other image. */
  bytes: number;
}

/** What exists, and who needs it. */
export interface Inventory {
  /** The release that serves. */
  active: string | undefined;
  /** Superseded releases whose files the gateway still serves. */
  keptByRoute: readonly string[];
  /** Releases that a container or the state names. */
  releasesInUse: ReadonlySet<string>;
  /** The notes of the published releases. */
  notes: readonly ReleaseNote[];
  /** Releases with an unreadable note: their images are unknown. */
  unreadableNotes: readonly string[];
  /** Why the releases that the gateway keeps are unknown. Undefined if they are known. */
  unreadableRecord: string | undefined;
  /** Bytes of each release's frontend. */
  frontends: ReadonlyMap<string, number>;
  images: readonly HeldImage[];
  /** Ids of the images of all containers, running or not, and of other stacks' releases. */
  imagesInUse: ReadonlySet<string>;
  /** Images that the config, the state or another stack's release names. */
  referencesInUse: ReadonlySet<string>;
  /** Why the images that other stacks need are unknown, in words. Empty if they are known. */
  unknownElsewhere: readonly string[];
  /** Generations of the gateway's configuration, newest first, without the one that serves. */
  generations: readonly string[];
}

/** A release that prune removes. */
export interface GoingRelease {
  release: string;
  tags: string;
  bytes: number;
  /** The images that its note names. */
  images: readonly string[];
  /** True if only its files go and its note stays: without the note, no later prune finds a kept image. */
  keepsNote: boolean;
}

/** What prune removes. */
export interface PrunePlan {
  releases: readonly GoingRelease[];
  images: readonly { reference: string; bytes: number }[];
  generations: readonly string[];
  /** What prune leaves alone because it couldn't read something, in words. */
  skipped: readonly string[];
}

/** How much prune keeps, and which images it may remove. */
export interface PruneOptions {
  /** Number of superseded releases to keep, besides those in use. */
  keep: number;
  /** The application's repositories: prune never removes other images. */
  repositories: readonly string[];
}

/**
 * Decides what goes: superseded releases beyond the newest, and the images that only those releases use. If a note or
 * record is unreadable, everything that it may refer to stays.
 */
export function prunePlan(inventory: Inventory, { keep, repositories }: PruneOptions): PrunePlan {
  const { active, keptByRoute, releasesInUse, notes, unreadableNotes, frontends } = inventory;
  const byAge = [...notes].sort((left, right) => right.published.getTime() - left.published.getTime());
  const known = [
    ...new Set([...byAge.map(({ release }) => release), ...frontends.keys(), ...unreadableNotes]),
  ];
  const superseded = known.filter((release) => release !== active && !releasesInUse.has(release));
  // A release without files is gone, and only its note is left: it needs no protection.
  const unknown = superseded.filter((release) => unreadableNotes.includes(release) && frontends.has(release));
  const going =
    inventory.unreadableRecord === undefined
      ? superseded
          .filter((release) => !unknown.includes(release))
          .slice(keep)
          .filter((release) => !keptByRoute.includes(release))
      : [];
  const keepsImages = unknown.length + inventory.unknownElsewhere.length > 0;
  const unneeded = unneededImages(inventory, going, repositories);
  const releases = going.map((release): GoingRelease => {
    const images = notes.filter((note) => note.release === release).flatMap(imagesOf);
    return {
      release,
      tags: tagsOf(notes, release),
      bytes: frontends.get(release) ?? 0,
      images,
      keepsNote: keepsImages || unneeded.some(({ reference, used }) => used && images.includes(reference)),
    };
  });
  return {
    releases: releases.filter(({ release, keepsNote }) => !keepsNote || frontends.has(release)),
    images: keepsImages
      ? []
      : unneeded.filter(({ used }) => !used).map(({ reference, bytes }) => ({ reference, bytes })),
    generations: inventory.generations.slice(keep),
    skipped: [
      ...(inventory.unreadableRecord === undefined ? [] : [`no release goes: ${inventory.unreadableRecord}`]),
      ...unknown.map(
        (release) =>
          `${release} stays, and so do all images: its note can't be read, which tells those that it had`,
      ),
      ...inventory.unknownElsewhere.map((why) => `no image goes: ${why}`),
    ],
  };
}

function tagsOf(notes: readonly ReleaseNote[], release: string): string {
  const note = notes.find((one) => one.release === release);
  return note === undefined ? "tags unknown" : tagsInWords(note.parts);
}

/** Returns the images that only the going releases name, and whether a container or another stack uses each. */
function unneededImages(
  { notes, images, imagesInUse, referencesInUse }: Inventory,
  going: readonly string[],
  repositories: readonly string[],
): (PrunePlan["images"][number] & { used: boolean })[] {
  const staying = notes.filter(({ release }) => !going.includes(release)).flatMap(imagesOf);
  const needed = new Set([...referencesInUse, ...staying]);
  const candidates = new Set(notes.filter(({ release }) => going.includes(release)).flatMap(imagesOf));
  const removed = [...candidates].filter(
    (reference) => !needed.has(reference) && repositories.includes(repositoryOf(reference)),
  );
  return removed.flatMap((reference) => {
    const image = images.find(({ references }) => references.includes(reference));
    if (image === undefined) return [];
    // If the image has another tag that stays, the engine keeps it and frees nothing.
    const goes = image.references.every((name) => removed.includes(name) || !isTag(name));
    return [{ reference, bytes: goes ? image.bytes : 0, used: imagesInUse.has(image.id) }];
  });
}

function imagesOf({ parts }: ReleaseNote): string[] {
  return parts.map(({ image }) => image);
}

/** Returns an image's name without tag and digest. A colon before the last slash belongs to a port. */
export function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}

function isTag(reference: string): boolean {
  return !reference.includes("@");
}
