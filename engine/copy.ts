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

/** What is to be copied isn't as it must be; another attempt ends as this one did. */
export class UnfitSource extends Error {}

const shownProblems = 10;

/**
 * Copies a directory out of one container into another, under another name, owned by root and readable by everybody. What
 * was there by that name goes. Neither container need run.
 *
 * They must be two: the engine holds a container's lock until an archive of it has been read, and so would never begin to
 * take the one that is written.
 *
 * @param renaming the directory in the one and its name in the other
 * @param bound how long it may take. Default: {@link transferBound}
 * @returns how many files were copied
 * @throws UnfitSource that names what can't be kept, such as a link to a file outside of the directory, or a device;
 *   OutOfTime when nothing has moved for the idle time. Part of the directory may then be there.
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
  // Whatever ends this ends all of it: what is left of it would wait for the other side for ever.
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
  // A file takes the place of a directory with all that is in it; the directory that follows takes the file's.
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
