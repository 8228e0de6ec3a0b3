import type Docker from "dockerode";
import { frontendMount } from "../deploy/gateway/layout.ts";
import { noteFolder, parseNote, type ReleaseNote } from "../release/note.ts";
import { readFiles } from "./read-files.ts";

const ending = ".json";

/** What is known of the releases that were published and not yet pruned. */
export interface ReleaseNotes {
  /** The newest first. */
  notes: readonly ReleaseNote[];
  /** Releases whose note can't be read, as after a power cut. */
  unreadable: readonly string[];
}

/** Reads the notes of all releases. One that can't be read hides no other. */
export async function releaseNotes(gateway: Docker.Container): Promise<ReleaseNotes> {
  const folder = `${frontendMount}/${noteFolder}`;
  const files = await readFiles(gateway, `ls ${folder}`, `${folder}/$name`);
  const found = files
    .filter(({ name }) => name.endsWith(ending))
    .map(({ name, text }) => ({ release: name.slice(0, -ending.length), note: parseNote(text) }));
  return {
    notes: found
      .flatMap(({ note }) => note ?? [])
      .sort((left, right) => right.published.getTime() - left.published.getTime()),
    unreadable: found.filter(({ note }) => note === undefined).map(({ release }) => release),
  };
}
