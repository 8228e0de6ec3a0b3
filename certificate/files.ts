import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { projectRoot } from "../host/project.ts";
import { messageOf } from "../host/message.ts";
import type { Pair } from "./pair.ts";

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

function read(of: keyof Pair, file: string): string {
  try {
    return readFileSync(resolve(projectRoot, file), "utf8");
  } catch (error) {
    throw new UnreadableFile(of, error);
  }
}
