import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { localPaths } from "./environment.ts";

/** The kernel's limit for the path of a socket, in bytes. */
const socketPathBytes = 107;
/** Length of the longest name that the engine makes in its exec root: `/containerd/containerd-debug.sock.ttrpc`. */
const longestSocketName = 40;

const plainPath = /^[\w./-]+$/;
const privateName = "engine";

/** The paths of one of the project's own engines. Programs, data and logs share a folder; sockets may lie elsewhere. */
export interface EnginePaths {
  folder: string;
  /** Debian's packages, unpacked. Only this engine runs programs from here: that identifies its processes. */
  tree: string;
  data: string;
  config: string;
  log: string;
  pid: string;
  socket: string;
  exec: string;
  /** The folder of the sockets if their paths don't fit into the project. */
  short: string | undefined;
  /** Keeps the engine's containers apart from others if it uses the system's containerd. */
  namespace: string;
}

/** The paths of the engine in the folder `.webnet/<name>`. */
export function enginePaths(name: string): EnginePaths {
  const folder = join(localPaths.made, name);
  return {
    folder,
    tree: join(folder, "root"),
    data: join(folder, "data"),
    config: join(folder, "daemon.json"),
    log: join(folder, "dockerd.log"),
    pid: join(folder, "docker.pid"),
    ...socketPaths(projectRoot, name),
    namespace: name === privateName ? "webnet" : `webnet-${name}`,
  };
}

/** The paths of the private engine. */
export const privatePaths = enginePaths(privateName);

/** The address of the private engine. */
export const privateHost = `unix://${privatePaths.socket}`;

/** The engine's socket and the root of its other sockets. Under /run if the project's path is too long or unusual. */
export function socketPaths(
  root: string,
  name = privateName,
): { socket: string; exec: string; short: string | undefined } {
  const inside = join(root, ".webnet", name);
  // The path is also part of an address. Programs read a space or an umlaut there in different ways.
  const fits = plainPath.test(inside) && join(inside, "exec").length + longestSocketName <= socketPathBytes;
  const key = name === privateName ? root : `${root} ${name}`;
  const short = fits
    ? undefined
    : `/run/webnet-${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
  const base = short ?? inside;
  return { socket: join(base, "docker.sock"), exec: join(base, "exec"), short };
}

/** Makes an engine's folders. Throws if the short folder belongs to another user. */
export function makeEngineFolders(paths: EnginePaths): void {
  for (const path of [paths.folder, paths.data]) mkdirSync(path, { recursive: true });
  if (paths.short !== undefined) {
    mkdirSync(paths.short, { recursive: true, mode: 0o700 });
    const found = lstatSync(paths.short);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) {
      throw new Error(`${paths.short} belongs to somebody else: remove it and run again`);
    }
  }
  mkdirSync(paths.exec, { recursive: true });
}
