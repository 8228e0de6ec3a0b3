import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import tar from "tar-stream";

/** A file to be written into a volume. */
export interface VolumeFile {
  /** Path below the volume's root, without a leading slash. */
  path: string;
  content: string;
  /** Permission bits, for example 0o400. */
  mode: number;
  /** Owner and group, as numbers: the files are unpacked by the engine, which knows no names. */
  uid: number;
}

/** A symbolic link to be written into a volume. */
export interface VolumeLink {
  /** Path below the volume's root, without a leading slash. */
  path: string;
  /** What it points to, as whoever follows it sees it. */
  target: string;
  /** Owner and group, as numbers. */
  uid: number;
}

const mountPath = "/volume";

/**
 * Gives `use` a container that has the volume mounted but is never started: the engine's archive calls work on it
 * whatever the image holds, on a remote engine as well. The container is removed afterwards.
 */
export async function withVolume<T>(
  docker: Docker,
  target: { image: string; volume: string; labels: Record<string, string> },
  use: (container: Docker.Container, mountPath: string) => Promise<T>,
): Promise<T> {
  const container = await docker.createContainer({
    Image: target.image,
    Entrypoint: ["/never-started"],
    Cmd: [],
    Labels: target.labels,
    NetworkDisabled: true,
    HostConfig: { Mounts: [{ Type: "volume", Source: target.volume, Target: mountPath }] },
  });
  try {
    return await use(container, mountPath);
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** Packs files and links for the engine's archive call; parent directories get the owner of what needs them. */
export function packFiles(files: readonly (VolumeFile | VolumeLink)[]): Readable {
  const pack = tar.pack();
  const directories = new Set<string>();
  for (const file of files) {
    const parts = file.path.split("/").slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const name = parts.slice(0, depth).join("/");
      if (directories.has(name)) continue;
      directories.add(name);
      pack.entry({ name, type: "directory", mode: 0o755, uid: file.uid, gid: file.uid });
    }
    const header = { name: file.path, uid: file.uid, gid: file.uid };
    if ("target" in file) pack.entry({ ...header, type: "symlink", linkname: file.target });
    else pack.entry({ ...header, mode: file.mode }, file.content);
  }
  pack.finalize();
  return Readable.from(pack);
}

/**
 * Writes files below a directory of a container. Two that make the same folder at the same moment meet there, as both
 * colours' first releases do, and the engine refuses the slower one: it is done once more.
 */
export async function writeFiles(
  container: Docker.Container,
  path: string,
  files: readonly (VolumeFile | VolumeLink)[],
): Promise<void> {
  try {
    await container.putArchive(packFiles(files), { path });
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("file exists"))) throw error;
    await container.putArchive(packFiles(files), { path });
  }
}

/** Copies a directory out of one container into another, renamed and readable by everybody. */
export async function copyDirectory(
  from: { container: Docker.Container; path: string },
  to: { container: Docker.Container; path: string; directory: string },
): Promise<number> {
  const source = await from.container.getArchive({ path: from.path });
  const extract = tar.extract();
  const pack = tar.pack();
  const upload = to.container.putArchive(Readable.from(pack), { path: to.path });
  let files = 0;
  const rename = async () => {
    for await (const entry of extract) {
      const { name, type, size, linkname } = entry.header;
      const path = [to.directory, ...name.split("/").slice(1)].filter(Boolean).join("/");
      const owner = { uid: 0, gid: 0 };
      if (type === "directory") {
        pack.entry({ name: path, type, mode: 0o755, ...owner });
        entry.resume();
      } else if (type === "file") {
        files += 1;
        const target = pack.entry({ name: path, mode: 0o644, size, ...owner });
        await pipeline(entry, target);
      } else if (type === "symlink") {
        pack.entry({ name: path, type, linkname, ...owner });
        entry.resume();
      } else {
        entry.resume();
      }
    }
    pack.finalize();
  };
  await Promise.all([pipeline(source, extract), rename(), upload]);
  return files;
}
