import type Docker from "dockerode";
import { frontendMount } from "../deploy/gateway/layout.ts";
import { execIn } from "../engine/exec.ts";
import { noteFolder, noteSchema, type ReleaseNote } from "../release/note.ts";

/** The notes of all releases that were published and not yet pruned, the newest first. */
export async function releaseNotes(gateway: Docker.Container): Promise<ReleaseNote[]> {
  const script = `cd ${frontendMount}/${noteFolder} 2>/dev/null && cat -- *.json`;
  const { stdout } = await execIn(gateway, ["sh", "-c", script]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => noteSchema.parse(JSON.parse(line)))
    .sort((left, right) => right.published.getTime() - left.published.getTime());
}
