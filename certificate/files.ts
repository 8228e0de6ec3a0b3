import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { projectRoot } from "../host/project.ts";
import { messageOf } from "../host/message.ts";
import { leafOf, type Pair } from "./pair.ts";

/** A hundred times a long chain. */
const mostBytes = 1_000_000;

/** The files of one's own certificate, as the settings name them. */
export interface PairFiles {
  certificateFile: string;
  keyFile: string;
}

/** A file of a pair that can't be read. */
export class UnreadableFile extends Error {
  override name = "UnreadableFile";
  readonly of: keyof Pair;

  constructor(of: keyof Pair, cause: unknown) {
    super(`the file can't be read: ${messageOf(cause)}`, { cause });
    this.of = of;
  }
}

/** Reads a pair. @throws UnreadableFile */
export function readPair({ certificateFile, keyFile }: PairFiles): Pair {
  return { chain: read("chain", certificateFile), key: read("key", keyFile) };
}

/** Reads the certificate of a private authority. @throws Error */
export function authorityText(file: string): string {
  const content = readText(file);
  leafOf(content);
  return content;
}

function read(of: keyof Pair, file: string): string {
  try {
    return readText(file);
  } catch (error) {
    throw new UnreadableFile(of, error);
  }
}

function readText(file: string): string {
  const path = resolve(projectRoot, file);
  const found = statSync(path);
  // Reading a pipe would wait for its writer.
  if (!found.isFile()) throw new Error("it is no regular file");
  if (found.size > mostBytes)
    throw new Error(`it has ${found.size} bytes, too many for a certificate or a key`);
  return readFileSync(path, "utf8");
}
