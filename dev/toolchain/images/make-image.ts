import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pack } from "tar-stream";
import { base as baseImage, certbot, node as nodeImage } from "./catalogue.ts";
import {
  entriesOf,
  sourceHash,
  type Entry,
  type FileContent,
  type ImageConfig,
  type ImageDescription,
} from "./description.ts";
import { commit, connect, importTar, isPresent } from "./engine.ts";
import { packagesTar } from "./packages.ts";
import { addEntries, copyTar } from "./tar.ts";

export type { FileContent, ImageConfig } from "./description.ts";

/** `made`: this call built the image. `present`: the engine already has it from the same source. */
export type ImageOutcome = "made" | "present";

/** The image that `makeImage` makes. */
export interface ImageOrder {
  /** `unix:///path` or `tcp://host:port`. */
  engineHost: string;
  /** `name:tag` of the image. */
  reference: string;
  /** The base: Node 24, Python (certbot's, which is the one that there is), libc with busybox, or nothing. */
  base: "node" | "python" | "base" | "scratch";
  /** Absolute path in the image to content. Root owns the files. */
  files?: Record<string, FileContent>;
  /** Folders on disk to copy with all their files. Root owns the copies; they keep their modes. */
  directories?: { from: string; to: string }[];
  /** Absolute path of the link to its target, in place of what the base has there. */
  links?: Record<string, string>;
  /** Absolute path of the link to absolute path of a file in the image: two names of the same file. */
  hardLinks?: Record<string, string>;
  config: ImageConfig;
  /** Receives progress lines. Default: discards them. */
  report?: (line: string) => void;
}

const bases = { node: nodeImage, python: certbot, base: baseImage };

/**
 * Makes an image from files, on a base or on nothing. Makes a missing base first. Does nothing if the engine already
 * has the image from the same files.
 *
 * @throws when a file is missing or the engine refuses.
 */
export async function makeImage(order: ImageOrder): Promise<ImageOutcome> {
  const { engineHost, reference, config, report = () => undefined } = order;
  const files = { ...order.files, ...(await filesOf(order.directories ?? [])) };
  const { hardLinks = {}, links = {} } = order;
  const description: ImageDescription = { reference, files, links, hardLinks, config };
  if (order.base === "scratch") return makeDescribed(engineHost, description, report);

  const base = bases[order.base];
  const baseEntries = entriesOf(base);
  const entries = entriesOf(description, new Set(baseEntries.map(({ path }) => path)));
  const source = sourceHash(description, entries, sourceHash(base, baseEntries));
  const engine = connect(engineHost);
  if (await isPresent(engine, reference, source)) return "present";
  await makeDescribed(engineHost, base, report);
  await commit(engine, base.reference, { reference, config, source }, tarOf(entries));
  report(`${reference}: made`);
  return "made";
}

/** Makes an image from its description, unless the engine has it from the same one. */
export async function makeDescribed(
  engineHost: string,
  description: ImageDescription,
  report: (line: string) => void,
): Promise<ImageOutcome> {
  const engine = connect(engineHost);
  const entries = entriesOf(description);
  const source = sourceHash(description, entries);
  const { reference, packages, config } = description;
  if (await isPresent(engine, reference, source)) return "present";
  const started = performance.now();
  if (packages) report(`${reference}: getting ${packages.packages.join(", ")} (Debian ${packages.suite})`);
  const packaged = packages && (await packagesTar(packages));
  await importTar(engine, { reference, config, source }, tarOf(entries, packaged));
  report(`${reference}: made in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return "made";
}

/** A tar stream of our own entries and those of the packages. Our entry replaces a package's entry of the same path. */
function tarOf(entries: Entry[], packaged?: string): Readable {
  const out = pack();
  const ours = new Set(entries.map(({ path }) => path));
  const fill = async (): Promise<void> => {
    await addEntries(entries, out);
    if (packaged) await copyTar(createReadStream(packaged), out, (path) => !ours.has(path));
    out.finalize();
  };
  fill().catch((error: unknown) => {
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return out as unknown as Readable;
}

async function filesOf(directories: { from: string; to: string }[]): Promise<Record<string, FileContent>> {
  const files: Record<string, FileContent> = {};
  for (const { from, to } of directories) {
    for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[join(to, path.slice(from.length))] = { from: path, mode: (await stat(path)).mode & 0o777 };
    }
  }
  return files;
}
