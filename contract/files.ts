import { z } from "zod";
import { script } from "./script.ts";
import { json, optional, text } from "./variable.ts";
import { volumeVariables } from "./volumes.ts";

/** Stands for the directory of the files that are to be checked, in the words of a check. */
export const candidate = "{}";

/** What becomes of files that have changed. */
export const changeSchema = z.object({
  /**
   * A command of the container that reads them, run before they appear there: where it fails, they never do. In it
   * {@link candidate} is the directory that they are in. Default: they are taken as they are
   */
  check: z.array(z.string()).exactOptional(),
  /** What has that container take them: a signal to it, a command in it, such as an HTTP call, or a new start. */
  then: z.union([
    z.object({ signal: z.string() }),
    z.object({ command: z.array(z.string()) }),
    z.object({ restart: z.object({ graceSeconds: z.number() }) }),
  ]),
});

/** See {@link changeSchema}. */
export type FilesChange = z.infer<typeof changeSchema>;

const fileSchema = z.object({ path: z.string(), content: z.string(), mode: z.number(), uid: z.number() });

/** Writes the files of a volume: all of them in one step, and no others are left. */
export const filesScript = script({
  file: "deploy/files.ts",
  variables: {
    ...volumeVariables,
    /** Name of the container that reads them, where it is told of a change. */
    container: optional(text("WEBNET_CONTAINER")),
    /** The directory that they are in there. */
    directory: optional(text("WEBNET_DIRECTORY")),
    change: optional(json("WEBNET_CHANGE", changeSchema)),
  },
  stdin: z.array(fileSchema),
});
