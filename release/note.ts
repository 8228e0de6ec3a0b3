import { z } from "zod";
import { readableJson } from "../settings/json.ts";
import { partNames, tagKey } from "../settings/parts.ts";

/** Folder of the notes in the volume with the frontends; the gateway serves nothing whose name begins with a dot. */
export const noteFolder = ".releases";

/**
 * A file in a published frontend's directory, written last: an interrupted copy doesn't have it. The gateway serves no
 * file whose name begins with a dot.
 */
export const publishedMark = ".published";

const partSchema = z.object({
  name: z.enum(partNames),
  tag: z.string(),
  /** The image name that the engine got. */
  image: z.string(),
  /** The engine's id of the image whose files were published. Absent if unknown, and for a service. */
  imageId: z.string().exactOptional(),
});

/**
 * What stays known of a release when its container is gone: its images, for a rollback and for their removal, and its
 * age. The notes lie beside the frontends, so they live as long as those.
 */
const noteSchema = z.object({
  release: z.string(),
  parts: z.array(partSchema).min(1),
  /** When its files were last published. */
  published: z.coerce.date(),
});

/** See {@link noteSchema}. */
export type ReleaseNote = z.infer<typeof noteSchema>;

/** The part of a note that the program knows before the note is written. */
export const noteInputSchema = z.object({
  release: z.string(),
  parts: z.array(partSchema.omit({ imageId: true })),
});

/** See {@link noteInputSchema}. */
export type NoteInput = z.infer<typeof noteInputSchema>;

const formerParts = ["backend", "frontend"] as const;

/** The form of a note from before a release had a list of parts. */
const formerSchema = z
  .object({
    release: z.string(),
    backendTag: z.string(),
    frontendTag: z.string(),
    backendImage: z.string(),
    frontendImage: z.string(),
    frontendImageId: z.string().exactOptional(),
    published: z.coerce.date(),
  })
  .transform(({ release, published, frontendImageId, ...former }): ReleaseNote => ({
    release,
    published,
    parts: formerParts.map((name) => ({
      name,
      tag: former[tagKey(name)],
      image: former[`${name}Image`],
      ...(name === "frontend" && frontendImageId !== undefined && { imageId: frontendImageId }),
    })),
  }));

/** Reads a note; undefined if the text is cut off or no note. */
export function parseNote(text: string): ReleaseNote | undefined {
  return readableJson(z.union([noteSchema, formerSchema]), text);
}
