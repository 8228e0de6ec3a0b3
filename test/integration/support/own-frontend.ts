import type { Readable } from "node:stream";
import type Docker from "dockerode";
import tar from "tar-stream";
import { importTar } from "../../../dev/toolchain/images/engine.ts";

/** Makes a frontend image of files, by their paths below `/opt/dist`. Every file has the same time. */
export async function frontendImage(
  docker: Docker,
  reference: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  const pack = tar.pack();
  const mtime = new Date(0);
  const folders = new Set(["opt", "opt/dist"]);
  for (const name of Object.keys(files)) {
    const parts = name.split("/").slice(0, -1);
    parts.forEach((_, at) => folders.add(["opt/dist", ...parts.slice(0, at + 1)].join("/")));
  }
  for (const name of folders) pack.entry({ name, type: "directory", mode: 0o755, mtime });
  for (const [name, content] of Object.entries(files))
    pack.entry({ name: `opt/dist/${name}`, mode: 0o644, mtime }, content);
  pack.finalize();
  await importTar(
    docker,
    { reference, config: { cmd: ["/none"] }, source: "test" },
    pack as unknown as Readable,
  );
}
