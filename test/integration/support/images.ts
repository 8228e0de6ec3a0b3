import { Readable } from "node:stream";
import type Docker from "dockerode";
import tar from "tar-stream";

/** A file that an image adds to its base. */
export interface AddedFile {
  path: string;
  content: string;
  /** Default: 0o644. */
  mode?: number;
}

/** Makes the engine build an image that adds one file to a base image. */
export async function buildOn(docker: Docker, name: string, base: string, file: AddedFile): Promise<void> {
  const pack = tar.pack();
  pack.entry({ name: "Dockerfile" }, `FROM ${base}\nCOPY added ${file.path}\n`);
  pack.entry({ name: "added", mode: file.mode ?? 0o644 }, file.content);
  pack.finalize();
  const build = await docker.buildImage(Readable.from(pack), { t: name });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(build, (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}
