import { Readable } from "node:stream";
import type Docker from "dockerode";
import tar from "tar-stream";
import { sendArchive } from "./archive.ts";
import { confined } from "./confined.ts";
import { withTemporary } from "./temporary.ts";

/** A file to write into a volume. */
export interface VolumeFile {
  /** Path below the volume's root, without a leading slash. */
  path: string;
  content: string;
  /** Permission bits, for example 0o400. */
  mode: number;
  /** Owner and group, as numbers: the engine unpacks the files, and knows no names. */
  uid: number;
}

/** A symbolic link to write into a volume. */
export interface VolumeLink {
  /** Path below the volume's root, without a leading slash. */
  path: string;
  /** The path that it points to, as seen in the container that follows it. */
  target: string;
  /** Owner and group, as numbers. */
  uid: number;
}

const mountPath = "/volume";

/** An image that the engine holds, and the labels of the container made from it. */
export interface CopySource {
  image: string;
  labels: Record<string, string>;
}

/**
 * Gives `use` a container that is never started, and removes it afterwards. The engine's archive calls work on such a
 * container, whatever the image holds, on a remote engine too.
 */
export async function withImage<T>(
  docker: Docker,
  source: CopySource,
  use: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  return await withTemporary(docker, neverStarted(source), use);
}

/** As {@link withImage}, with a volume mounted. `use` also gets the mount path. */
export async function withVolume<T>(
  docker: Docker,
  target: CopySource & { volume: string },
  use: (container: Docker.Container, mountPath: string) => Promise<T>,
): Promise<T> {
  const options = {
    ...neverStarted(target),
    HostConfig: confined({
      Mounts: [{ Type: "volume" as const, Source: target.volume, Target: mountPath }],
    }),
  };
  return await withTemporary(docker, options, (container) => use(container, mountPath));
}

function neverStarted({ image, labels }: CopySource): Docker.ContainerCreateOptions {
  return {
    Image: image,
    Entrypoint: ["/never-started"],
    Cmd: [],
    Labels: labels,
    NetworkDisabled: true,
    HostConfig: confined(),
  };
}

/** Packs files and links for the engine's archive call. A parent directory gets the owner of its first file or link. */
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
 * Writes files below a directory of a container. If two processes create the same folder at once, as the first releases
 * of both colours do, the engine refuses the slower one; this tries once more.
 */
export async function writeFiles(
  container: Docker.Container,
  path: string,
  files: readonly (VolumeFile | VolumeLink)[],
): Promise<void> {
  try {
    await sendArchive(container, path, packFiles(files));
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("file exists"))) throw error;
    await sendArchive(container, path, packFiles(files));
  }
}
