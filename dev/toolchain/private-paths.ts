import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { localPaths } from "./environment.ts";

/** Bytes that the kernel allows for the path of a socket. */
const socketPathBytes = 107;
/** The longest name that the engine makes under its exec root: `/containerd/containerd-debug.sock.ttrpc`. */
const longestSocketName = 40;

const plainPath = /^[\w./-]+$/;
const privateName = "engine";

/** Where an engine of the project's own lives: its programs, data and logs in one folder, its sockets where they fit. */
export interface EnginePaths {
  folder: string;
  /** Debian's packages, unpacked. No other engine runs programs from here: its processes are known by that. */
  tree: string;
  data: string;
  config: string;
  log: string;
  pid: string;
  socket: string;
  exec: string;
  /** The folder for sockets, where they don't fit into the project. */
  short: string | undefined;
  /** Keeps its containers apart from those of others where the system's containerd is used. */
  namespace: string;
}

/** The paths of the engine that lives in a folder of that name in `.webnet/`. */
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

/** Where the private engine lives. */
export const privatePaths = enginePaths(privateName);

/** The address of the private engine. */
export const privateHost = `unix://${privatePaths.socket}`;

/** The engine's socket and the root of its other sockets: in the project, or where its path is long or odd, under /run. */
export function socketPaths(
  root: string,
  name = privateName,
): { socket: string; exec: string; short: string | undefined } {
  const inside = join(root, ".webnet", name);
  // Besides being short, it stands in an address: there a space or an umlaut would be read in different ways.
  const fits = plainPath.test(inside) && join(inside, "exec").length + longestSocketName <= socketPathBytes;
  const key = name === privateName ? root : `${root} ${name}`;
  const short = fits
    ? undefined
    : `/run/webnet-${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
  const base = short ?? inside;
  return { socket: join(base, "docker.sock"), exec: join(base, "exec"), short };
}

/** Makes an engine's folders; refuses a short folder that somebody else has laid there. */
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
