import type Docker from "dockerode";
import { frontendMount } from "../gateway/layout.ts";
import { mustExec } from "../engine/exec.ts";
import { execInVolume, type VolumeTarget } from "../engine/run.ts";
import { noteFolder, parseNote, type ReleaseNote } from "../release/note.ts";
import { readFiles } from "./read-files.ts";

const ending = ".json";

/** The notes of the releases that were published and not yet pruned. */
export interface ReleaseNotes {
  /** Newest first. */
  notes: readonly ReleaseNote[];
  /** Releases with an unreadable note, for example after a power cut. */
  unreadable: readonly string[];
}

/** Reads the notes of all releases. An unreadable note doesn't affect the others. */
export async function releaseNotes(gateway: Docker.Container): Promise<ReleaseNotes> {
  return await notesIn(`${frontendMount}/${noteFolder}`, (script) => mustExec(gateway, ["sh", "-c", script]));
}

/**
 * Reads the notes from a volume with frontends. It needs no running gateway.
 *
 * @throws Error if it can't list the notes: that is not the same as no notes
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
