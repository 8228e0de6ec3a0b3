import type { ReleaseNote } from "../../release/note.ts";
import { tagsInWords } from "../../settings/parts.ts";

/** An image that the engine holds. */
export interface HeldImage {
  id: string;
  /** All names, by tag and by digest. */
  references: readonly string[];
  /** What its removal frees at least: layers that it shares with no other image. */
  bytes: number;
}

/** What there is, and who needs it. */
export interface Inventory {
  /** The release that serves. */
  active: string | undefined;
  /** Superseded ones whose files the gateway still gives out. */
  keptByRoute: readonly string[];
  /** Releases that a container or the state belongs to. */
  releasesInUse: ReadonlySet<string>;
  /** Everything that is known of releases that were published. */
  notes: readonly ReleaseNote[];
  /** Releases whose note can't be read: which images they had isn't known. */
  unreadableNotes: readonly string[];
  /** Why it isn't known which releases the gateway keeps; undefined where it is. */
  unreadableRecord: string | undefined;
  /** Bytes of each release's frontend. */
  frontends: ReadonlyMap<string, number>;
  images: readonly HeldImage[];
  /** Ids of images that a container has, running or not, or a release of another stack. */
  imagesInUse: ReadonlySet<string>;
  /** Images that the config or the state names, or a release of another stack has. */
  referencesInUse: ReadonlySet<string>;
  /** Why it isn't known which images other stacks need, in words; empty where it is. */
  unknownElsewhere: readonly string[];
  /** Generations of the gateway's configuration, the newest first, without the one that serves. */
  generations: readonly string[];
}

/** What goes. */
export interface PrunePlan {
  releases: readonly { release: string; tags: string; bytes: number }[];
  images: readonly { reference: string; bytes: number }[];
  /** Whether the releases' notes stay, and their files alone go: without its note nobody finds an image that had to stay. */
  keepsNotes: boolean;
  generations: readonly string[];
  /** What is left alone because something couldn't be read, in words. */
  skipped: readonly string[];
}

/** How much is kept, and which images are ours. */
export interface PruneOptions {
  /** Superseded releases to keep, besides what is in use. */
  keep: number;
  /** The application's repositories: no other image is ever removed. */
  repositories: readonly string[];
}

/**
 * Decides what goes: superseded releases beyond the newest, and the images that only those had. What something that can't
 * be read may refer to stays.
 */
export function prunePlan(inventory: Inventory, { keep, repositories }: PruneOptions): PrunePlan {
  const { active, keptByRoute, releasesInUse, notes, unreadableNotes, frontends } = inventory;
  const byAge = [...notes].sort((left, right) => right.published.getTime() - left.published.getTime());
  const known = [
    ...new Set([...byAge.map(({ release }) => release), ...frontends.keys(), ...unreadableNotes]),
  ];
  const superseded = known.filter((release) => release !== active && !releasesInUse.has(release));
  // Without files it is a note alone, of a release that is gone.
  const unknown = superseded.filter((release) => unreadableNotes.includes(release) && frontends.has(release));
  const going =
    inventory.unreadableRecord === undefined
      ? superseded
          .filter((release) => !unknown.includes(release))
          .slice(keep)
          .filter((release) => !keptByRoute.includes(release))
      : [];
  const keepsNotes = unknown.length + inventory.unknownElsewhere.length > 0;
  return {
    releases: going
      .filter((release) => !keepsNotes || frontends.has(release))
      .map((release) => ({
        release,
        tags: tagsOf(notes, release),
        bytes: frontends.get(release) ?? 0,
      })),
    images: keepsNotes ? [] : goingImages(inventory, going, repositories),
    keepsNotes,
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

function goingImages(
  { notes, images, imagesInUse, referencesInUse }: Inventory,
  going: readonly string[],
  repositories: readonly string[],
): PrunePlan["images"] {
  const staying = notes.filter(({ release }) => !going.includes(release)).flatMap(imagesOf);
  const needed = new Set([...referencesInUse, ...staying]);
  const candidates = new Set(notes.filter(({ release }) => going.includes(release)).flatMap(imagesOf));
  const removed = [...candidates].filter(
    (reference) => !needed.has(reference) && repositories.includes(repositoryOf(reference)),
  );
  return removed.flatMap((reference) => {
    const image = images.find(({ references }) => references.includes(reference));
    if (image === undefined || imagesInUse.has(image.id)) return [];
    // Under another name it stays, and nothing is freed.
    const goes = image.references.every((name) => removed.includes(name) || !isTag(name));
    return [{ reference, bytes: goes ? image.bytes : 0 }];
  });
}

function imagesOf({ parts }: ReleaseNote): string[] {
  return parts.map(({ image }) => image);
}

/** An image's name without tag and digest; a colon before the last slash is a port. */
export function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}

function isTag(reference: string): boolean {
  return !reference.includes("@");
}
