import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Header, type Pack } from "tar-stream";
import { modifiedAt, type Entry } from "./description.ts";

/**
 * Copies the entries of a tar stream into `pack` whose path (without leading "./") passes `keep`. Makes root the owner
 * of all entries: packages are unpacked without privileges, so the owners in the stream mean nothing.
 *
 * @throws when the stream is cut off or is no tar; `pack` ends with the same error.
 */
export async function copyTar(source: Readable, pack: Pack, keep: (path: string) => boolean): Promise<void> {
  const entries = extract();
  const feeding = pipeline(source, entries);
  const copying = (async () => {
    for await (const entry of entries) {
      const path = plain(entry.header.name);
      if (path === "" || !keep(path)) {
        entry.resume();
        continue;
      }
      const header: Header = { ...entry.header, name: path, uid: 0, gid: 0, uname: "", gname: "" };
      // The long-name records of the old header would contradict the new name.
      delete (header as Partial<Header> & { pax?: unknown }).pax;
      if (header.type === "link" && header.linkname) header.linkname = plain(header.linkname);
      if (header.type === "file") {
        await pipeline(entry, pack.entry(header));
      } else {
        pack.entry(header);
        entry.resume();
      }
    }
  })();
  await Promise.all([feeding, copying]);
}

const epoch = new Date(0);

/** Adds our own entries to `pack`, in the given order. */
export async function addEntries(entries: Entry[], pack: Pack): Promise<void> {
  for (const entry of entries) {
    const header = { name: entry.path, mtime: epoch, uid: 0, gid: 0 };
    if (entry.kind === "directory") {
      pack.entry({ ...header, type: "directory", mode: entry.mode, uid: entry.owner, gid: entry.owner });
    } else if (entry.kind === "link") {
      pack.entry({ ...header, type: "symlink", linkname: entry.target, mode: 0o777 });
    } else if (entry.kind === "hard link") {
      pack.entry({ ...header, type: "link", linkname: entry.target });
    } else {
      const { content, mode } = entry;
      const file: Partial<Header> & { name: string } = {
        ...header,
        type: "file",
        mode,
        mtime: modifiedAt(content),
      };
      if (Buffer.isBuffer(content)) pack.entry(file, content);
      else await pipeline(createReadStream(content.from), pack.entry({ ...file, size: content.size }));
    }
  }
}

function plain(name: string): string {
  return name.replace(/^\.?\/+/, "").replace(/\/+$/, "");
}
