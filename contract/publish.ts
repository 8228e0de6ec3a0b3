import { noteInputSchema } from "../release/note.ts";
import { release } from "./gates.ts";
import { script } from "./script.ts";
import { json } from "./variable.ts";
import { volumeVariables } from "./volumes.ts";

/** Publishes a release's files; those of one that never served are removed with it. */
export const publishScript = script({
  file: "deploy/publish.ts",
  onDelete: "deploy/unpublish.ts",
  variables: { ...volumeVariables, release, note: json("WEBNET_NOTE", noteInputSchema) },
});
