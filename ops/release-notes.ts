import type Docker from "dockerode";
import { frontendMount } from "../gateway/layout.ts";
import { mustExec } from "../engine/exec.ts";
import { execInVolume, type VolumeTarget } from "../engine/run.ts";
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
  return await notesIn(`${frontendMount}/${noteFolder}`, (script) => mustExec(gateway, ["sh", "-c", script]));
}

/**
 * Reads the notes in a volume of frontends, whether or not a gateway runs that has it.
 *
 * @throws Error where it can't be told which there are: that is not the same as none
 */
export async function releaseNotesIn(docker: Docker, volume: VolumeTarget): Promise<ReleaseNotes> {
  const folder = `./${noteFolder}`;
  const shell = (script: string) => execInVolume(docker, { ...volume, readOnly: true }, ["sh", "-c", script]);
  await shell(`[ ! -e ${folder} ] || ls ${folder} > /dev/null`);
  return await notesIn(folder, shell);
}

async function notesIn(folder: string, shell: (script: string) => Promise<string>): Promise<ReleaseNotes> {
  const files = await readFiles(shell, `ls ${folder}`, `${folder}/$name`);
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
