import { z } from "zod";
import { readableJson } from "../settings/json.ts";

/** Folder of the notes in the volume with the frontends; the gateway serves nothing whose name begins with a dot. */
export const noteFolder = ".releases";

/**
 * A file in a published frontend's directory, written last: a copy that was cut off doesn't have it. The gateway shows no
 * file whose name begins with a dot.
 */
export const publishedMark = ".published";

/**
 * What stays known of a release when its container is gone: which images it had, for a rollback and for removing them,
 * and its age. Kept beside the frontends, since it then lives as long as they do.
 */
export const noteSchema = z.object({
  release: z.string(),
  backendTag: z.string(),
  frontendTag: z.string(),
  /** The images as the engine was asked for them. */
  backendImage: z.string(),
  frontendImage: z.string(),
  /** The engine's id of the frontend's image, as it was published. Absent in notes from before it was noted. */
  frontendImageId: z.string().optional(),
  /** When its files were last published. */
  published: z.coerce.date(),
});

/** See {@link noteSchema}. */
export type ReleaseNote = z.infer<typeof noteSchema>;

/** What the program knows of a note, before it is written. */
export const noteInputSchema = noteSchema.omit({ published: true, frontendImageId: true });

/** Reads a note; undefined where it is cut off, or none. */
export function parseNote(text: string): ReleaseNote | undefined {
  return readableJson(noteSchema, text);
}
