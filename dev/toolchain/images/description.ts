import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/** The content of a file in an image: bytes, or a file on disk. Default mode: 0o644. */
export type FileContent =
  string | Buffer | { content: string | Buffer; mode?: number } | { from: string; mode?: number };

/** Run-time settings of an image, in the terms of the Docker API. Default: those of the base, or none. */
export interface ImageConfig {
  entrypoint?: string[];
  cmd?: string[];
  /** A user from the image's /etc/passwd, or `uid[:gid]`. */
  user?: string;
  workdir?: string;
  stopSignal?: string;
  env?: Record<string, string>;
  /** TCP ports, for information only. */
  exposedPorts?: number[];
  labels?: Record<string, string>;
}

/** A user of an image with a group of the same name and id. */
export interface ImageUser {
  name: string;
  id: number;
}

/** Debian packages, unpacked with all their dependencies. */
export interface PackageSet {
  suite: string;
  packages: string[];
  /** Path prefixes without a leading slash. The image leaves out matching files, and those of `alwaysDropped`. */
  drop?: string[];
}

/** The complete description of an image. Two equal descriptions make the same image. */
export interface ImageDescription {
  /** The `name:tag` of the image on the engine. */
  reference: string;
  packages?: PackageSet;
  users?: ImageUser[];
  /** Absolute path to owner (a numeric id, group alike) and mode. */
  directories?: Record<string, { owner: number; mode: number }>;
  /** Absolute path to target. */
  links?: Record<string, string>;
  /** Absolute path of the link to absolute path of the file: two names of the same file. */
  hardLinks?: Record<string, string>;
  /** Absolute path to content. Root owns the files. */
  files?: Record<string, FileContent>;
  config: ImageConfig;
}

/** A file to stream instead of loading it into memory. `modified` is in seconds since 1970. */
export interface LargeFile {
  from: string;
  size: number;
  modified: number;
}

/** A tar entry of our own. Its path has no leading slash. */
export type Entry =
  | { kind: "directory"; path: string; owner: number; mode: number }
  | { kind: "link"; path: string; target: string }
  | { kind: "hard link"; path: string; target: string }
  | { kind: "file"; path: string; mode: number; content: Buffer | LargeFile };

/**
 * The entries of a description, parents first, in an order that depends only on the description.
 * Adds parents that `known` doesn't list, with mode 0o755. Otherwise the engine would choose their mode.
 */
export function entriesOf(description: ImageDescription, known: ReadonlySet<string> = new Set()): Entry[] {
  const entries = new Map<string, Entry>();
  for (const [path, { owner, mode }] of sorted(description.directories)) {
    entries.set(relative(path), { kind: "directory", path: relative(path), owner, mode });
  }
  for (const [path, target] of sorted(description.links)) {
    entries.set(relative(path), { kind: "link", path: relative(path), target });
  }
  for (const [path, content] of sorted(description.files)) {
    entries.set(relative(path), fileEntry(relative(path), content));
  }
  const hardLinks = sorted(description.hardLinks).map(([path, target]): Entry => ({
    kind: "hard link",
    path: relative(path),
    target: relative(target),
  }));
  for (const path of [...entries.keys(), ...hardLinks.map((entry) => entry.path)]) {
    for (const parent of parents(path)) {
      if (known.has(parent) || entries.has(parent)) continue;
      entries.set(parent, { kind: "directory", path: parent, owner: 0, mode: 0o755 });
    }
  }
  // A hard link must come after its target.
  return [...[...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), ...hardLinks];
}

/** /etc/passwd and /etc/group for `users`, and always for root and nobody. */
export function accountFiles(users: ImageUser[]): Record<string, string> {
  const all = [{ name: "root", id: 0 }, { name: "nobody", id: 65534 }, ...users];
  const passwd = all.map(({ name, id }) => `${name}:x:${id}:${id}:${name}:/:/bin/false\n`);
  const group = all.map(({ name, id }) => `${name}:x:${id}:\n`);
  return { "/etc/passwd": passwd.join(""), "/etc/group": group.join("") };
}

/** Increase this when the same description makes another image than before. */
const recipe = 2;

/**
 * The value of the label `webnet.source`. It changes with everything that we put into the image, except the versions of
 * Debian packages: set-up builds an image once and keeps its packages.
 */
export function sourceHash(description: ImageDescription, entries: Entry[], base = ""): string {
  const hash = createHash("sha256");
  const { reference, packages, config } = description;
  hash.update(JSON.stringify([recipe, reference, packages ?? null, config, base]));
  for (const entry of entries) {
    if (entry.kind !== "file") {
      hash.update(JSON.stringify(entry));
      continue;
    }
    hash.update(JSON.stringify([entry.path, entry.mode]));
    // Only the size of a large file: reading the Node binary would make the second run of set-up too slow.
    hash.update(Buffer.isBuffer(entry.content) ? entry.content : `size ${entry.content.size}`);
  }
  return hash.digest("hex");
}

/**
 * The modification time of a file in an image, derived from its content. Web servers tell two versions of a file apart
 * by time and size, and two builds within a second would otherwise look the same. A large file keeps its own time.
 */
export function modifiedAt(content: Buffer | LargeFile): Date {
  if (!Buffer.isBuffer(content)) return new Date(content.modified * 1000);
  const spread = createHash("sha256").update(content).digest().readUInt32BE() % (20 * 365 * 24 * 3600);
  return new Date(Date.UTC(2000, 0, 1) + spread * 1000);
}

/** The id of a set of packages, for the name of its cached file. */
export function packagesHash(packages: PackageSet): string {
  return createHash("sha256").update(JSON.stringify(packages)).digest("hex").slice(0, 16);
}

const largeBytes = 16 * 1024 * 1024;

function fileEntry(path: string, content: FileContent): Entry {
  if (typeof content === "string" || Buffer.isBuffer(content)) {
    return { kind: "file", path, mode: 0o644, content: Buffer.from(content) };
  }
  const mode = content.mode ?? 0o644;
  if ("content" in content) return { kind: "file", path, mode, content: Buffer.from(content.content) };
  const { from } = content;
  const { size, mtimeMs } = statSync(from);
  if (size <= largeBytes) return { kind: "file", path, mode, content: readFileSync(from) };
  return { kind: "file", path, mode, content: { from, size, modified: Math.floor(mtimeMs / 1000) } };
}

function sorted<T>(record: Record<string, T> | undefined): [string, T][] {
  return Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function relative(path: string): string {
  if (!path.startsWith("/"))
    throw new Error(`Image path "${path}": must be absolute, for example "/${path}".`);
  return path.slice(1);
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
