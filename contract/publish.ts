import { noteInputSchema } from "../release/note.ts";
import { release } from "./gates.ts";
import { script } from "./script.ts";
import { json } from "./variable.ts";
import { volumeVariables } from "./volumes.ts";

/** Publishes a release's files; at the release's deletion, removes them if it has not served. */
export const publishScript = script({
  file: "deploy/publish.ts",
  onDelete: "deploy/unpublish.ts",
  variables: { ...volumeVariables, release, note: json("WEBNET_NOTE", noteInputSchema) },
});
