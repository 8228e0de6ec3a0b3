import { z } from "zod";
import { script } from "./script.ts";
import { json, optional, text, wholeNumber } from "./variable.ts";
import { volumeVariables } from "./volumes.ts";

/** Stands for the directory of the new files, in the words of a check. */
export const candidate = "{}";

const tellingSchema = z.union([
  /** A signal to the container. */
  z.object({ signal: z.string() }),
  /** An HTTP call (POST) from inside the container, by the image's own `wget`. */
  z.object({ post: z.string() }),
  /** A command in the container. `seconds` is its time limit; default: that of every command. */
  z.object({ command: z.array(z.string()), seconds: z.number().exactOptional() }),
  /** A restart; the container gets `graceSeconds` to end by itself. */
  z.object({ restart: z.object({ graceSeconds: z.number() }) }),
]);

/** What a running container is asked and told when its files change. */
const onChangeSchema = z.object({
  /**
   * A command in the container. If it fails, the new files never appear. {@link candidate} in it stands for the
   * directory of the new files. Default: they appear unchecked
   */
  check: z.array(z.string()).exactOptional(),
  /** How the container learns of them. Default: nobody is told, the container looks by itself */
  tell: tellingSchema.exactOptional(),
});

/** See {@link onChangeSchema}. */
export type OnChange = z.infer<typeof onChangeSchema>;

/** What the volume itself notes of a change that is complete. */
export const filesNoteSchema = z.object({
  /** How often an update has written files that the state already had. */
  repairs: z.number(),
  /** Digest of the files. */
  digest: z.string().exactOptional(),
});

/** See {@link filesNoteSchema}. */
export type FilesNote = z.infer<typeof filesNoteSchema>;

const fileSchema = z.object({ path: z.string(), content: z.string(), mode: z.number(), uid: z.number() });

/** Writes the files of a volume in one step, and removes all others. */
export const filesScript = script({
  file: "deploy/files.ts",
  variables: {
    ...volumeVariables,
    /** Name of the container that reads the files. Default: nobody is told of a change. */
    container: optional(text("WEBNET_CONTAINER")),
    /** The directory of the files in that container. */
    directory: optional(text("WEBNET_DIRECTORY")),
    onChange: optional(json("WEBNET_ON_CHANGE", onChangeSchema)),
    /** Digest of the files, which are then no secrets. */
    digest: optional(text("WEBNET_DIGEST")),
    /** Default: 0. Another number than the state's runs the step again, although the files are the same. */
    repairs: optional(wholeNumber("WEBNET_REPAIRS")),
  },
  stdin: z.array(fileSchema),
});
