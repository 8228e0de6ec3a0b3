import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { localPaths, projectRoot } from "./environment.ts";

/** Bytes that the kernel allows for the path of a socket. */
const socketPathBytes = 107;
/** The longest name that the engine makes under its exec root: `/containerd/containerd-debug.sock.ttrpc`. */
const longestSocketName = 40;

const plainPath = /^[\w./-]+$/;

const folder = localPaths.engine;

/** Where the private engine lives: its programs, data and logs in `.webnet/engine`, its sockets where they fit. */
export const privatePaths = {
  tree: join(folder, "root"),
  data: join(folder, "data"),
  config: join(folder, "daemon.json"),
  log: join(folder, "dockerd.log"),
  pid: join(folder, "docker.pid"),
  ...socketPaths(projectRoot),
};

/** The address of the private engine. */
export const privateHost = `unix://${privatePaths.socket}`;

/** The engine's socket and the root of its other sockets: in the project, or where its path is long or odd, under /run. */
export function socketPaths(root: string): { socket: string; exec: string; short: string | undefined } {
  const inside = join(root, ".webnet", "engine");
  // Besides being short, it stands in an address: there a space or an umlaut would be read in different ways.
  const fits = plainPath.test(inside) && join(inside, "exec").length + longestSocketName <= socketPathBytes;
  const short = fits
    ? undefined
    : `/run/webnet-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`;
  const base = short ?? inside;
  return { socket: join(base, "docker.sock"), exec: join(base, "exec"), short };
}

/** Makes the folders; refuses a short folder that somebody else has laid there. */
export function makePrivateFolders(): void {
  for (const path of [folder, privatePaths.data]) mkdirSync(path, { recursive: true });
  if (privatePaths.short !== undefined) {
    mkdirSync(privatePaths.short, { recursive: true, mode: 0o700 });
    const found = lstatSync(privatePaths.short);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) {
      throw new Error(`${privatePaths.short} belongs to somebody else: remove it and run again`);
    }
  }
  mkdirSync(privatePaths.exec, { recursive: true });
}
