import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import tar from "tar-stream";

/** An entry of an archive, with what the tests look at. */
export interface TarEntry {
  name: string;
  type: string;
  mode: number;
  uid: number;
  gid: number;
  content: string;
  /** A link's target. */
  target?: string;
}

/** Reads an archive back. */
export async function readTar(archive: Readable): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const entry of archive.pipe(tar.extract())) {
    const { name, type, mode, uid, gid, linkname } = entry.header;
    entries.push({
      name: name.replace(/\/$/, ""),
      type: type,
      mode,
      uid,
      gid,
      content: await text(entry),
      ...((type === "symlink" || type === "link") && { target: linkname }),
    });
  }
  return entries;
}
