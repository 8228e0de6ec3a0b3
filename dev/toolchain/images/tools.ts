import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./command.ts";
import { imagesFolder } from "./place.ts";

const systemKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** How to call mmdebstrap: the program and its first arguments. */
export interface Unpacker {
  file: string;
  args: string[];
}

let pending: Promise<Unpacker> | undefined;

/**
 * Fetches mmdebstrap from the machine's own package sources and unpacks it in the project. Installs nothing. If the
 * machine lacks the keys of Debian's archive, fetches them in the same way.
 *
 * @throws when the machine has no apt or its sources lack the packages.
 */
export function unpacker(): Promise<Unpacker> {
  if (pending === undefined) {
    pending = getUnpacker();
    // A failed attempt must not stand for the next one.
    pending.catch(() => {
      pending = undefined;
    });
  }
  return pending;
}

async function getUnpacker(): Promise<Unpacker> {
  const folder = join(imagesFolder, "tools");
  const withKeyring = !existsSync(systemKeyring);
  if (!existsSync(folder))
    await unpackTo(folder, ["mmdebstrap", ...(withKeyring ? ["debian-archive-keyring"] : [])]);
  const keyring = withKeyring ? [`--keyring=${join(folder, systemKeyring)}`] : [];
  return { file: "perl", args: [join(folder, "usr/bin/mmdebstrap"), ...keyring] };
}

async function unpackTo(folder: string, packages: string[]): Promise<void> {
  const downloads = `${folder}.downloads`;
  const unfinished = `${folder}.unfinished`;
  for (const path of [downloads, unfinished]) {
    await rm(path, { recursive: true, force: true });
    await mkdir(path, { recursive: true });
  }
  await download(packages, downloads);
  for (const name of await readdir(downloads)) {
    if (name.endsWith(".deb")) await run("dpkg-deb", ["--extract", join(downloads, name), unfinished]);
  }
  await rename(unfinished, folder);
  await rm(downloads, { recursive: true });
}

/** Uses the machine's package lists, or else lists of our own, which need no privileges. */
async function download(packages: string[], cwd: string): Promise<void> {
  try {
    await run("apt-get", ["download", ...packages], { cwd });
  } catch {
    const state = join(imagesFolder, "apt");
    await mkdir(join(state, "lists", "partial"), { recursive: true });
    await mkdir(join(state, "cache", "archives", "partial"), { recursive: true });
    const own = [
      "-o",
      `Dir::State::lists=${join(state, "lists")}`,
      "-o",
      `Dir::Cache=${join(state, "cache")}`,
    ];
    await run("apt-get", [...own, "update"], { cwd });
    await run("apt-get", [...own, "download", ...packages], { cwd });
  }
}
