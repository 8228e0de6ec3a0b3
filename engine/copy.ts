import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import tar from "tar-stream";
import { download, transferBound, upload } from "./archive.ts";
import { within, type Bound, type Watch } from "./bound.ts";
import { CopiedEntries, type Renaming } from "./copied-entry.ts";

/** A directory of a container. */
export interface Place {
  container: Docker.Container;
  path: string;
}

/** The source can't be copied as it is. Another attempt fails the same way. */
export class UnfitSource extends Error {}

const shownProblems = 10;

/**
 * Copies a directory from one container into another, under a new name, owned by root and readable by everybody. The
 * copy replaces what had that name before. The containers need not run.
 *
 * They must be two different containers: the engine locks a container until an archive of it is read to the end, and
 * would never start to accept the archive that is written.
 *
 * @param renaming the directory in the source, and the copy's name in the target
 * @param bound the time limits. Default: {@link transferBound}
 * @returns the number of copied files
 * @throws UnfitSource that names what can't be copied, such as a link to a file outside of the directory, or a device;
 *   OutOfTime when a time limit is over. Part of the copy may then be there.
 */
export async function copyDirectory(
  from: Docker.Container,
  to: Place,
  renaming: Renaming,
  bound: Bound = transferBound,
): Promise<number> {
  const what = `the copy of ${renaming.from} to ${renaming.to}`;
  return await within(what, bound, (watch) => transfer(from, to, renaming, watch));
}

async function transfer(
  from: Docker.Container,
  to: Place,
  renaming: Renaming,
  { signal, progressed }: Watch,
): Promise<number> {
  const entries = tar.extract();
  const pack = tar.pack();
  const failed = new AbortController();
  const watch = { signal: AbortSignal.any([signal, failed.signal]), progressed };
  // If one part ends early, all must end: the other side would wait for ever.
  watch.signal.addEventListener("abort", () => {
    entries.destroy();
    pack.destroy();
  });
  try {
    const [files] = await Promise.all([
      rename(entries, pack, renaming),
      download(from, renaming.from, entries, watch),
      upload(to.container, to.path, pack, watch),
    ]);
    return files;
  } catch (error) {
    failed.abort();
    throw error;
  }
}

async function rename(entries: tar.Extract, pack: tar.Pack, renaming: Renaming): Promise<number> {
  const copied = new CopiedEntries(renaming);
  // Removes an old copy: this file replaces the old directory with all its contents, then the new one replaces it.
  pack.entry({ name: renaming.to, mode: 0o644 }, "");
  for await (const entry of entries) {
    const header = copied.take(entry.header);
    if (header?.type === "file") {
      await pipeline(entry, pack.entry(header));
    } else {
      if (header !== undefined) pack.entry(header);
      entry.resume();
    }
  }
  const { problems, files } = copied;
  if (problems.length > 0) throw new UnfitSource(inWords(problems));
  pack.finalize();
  return files;
}

function inWords(problems: readonly string[]): string {
  const more = problems.length - shownProblems;
  return [...problems.slice(0, shownProblems), ...(more > 0 ? [`and ${more} more like these`] : [])].join(
    "\n",
  );
}
