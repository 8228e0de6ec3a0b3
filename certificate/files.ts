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

const certificate = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
/** Some twenty certificates. They travel in a variable of a process, of which Linux takes 128 KB at most. */
const mostOfAuthority = 32_000;

/** Reads the certificates of a private authority, and nothing else that stands in the file. @throws Error */
export function authorityText(file: string): string {
  const content = readText(file);
  const found = content.match(certificate) ?? [];
  if (found.length === 0) leafOf(content);
  for (const one of found) leafOf(one);
  if (content.split("BEGIN CERTIFICATE").length !== found.length + 1)
    throw new Error("one of its certificates is cut off");
  const text = `${found.join("\n")}\n`;
  if (text.length > mostOfAuthority)
    throw new Error(
      `it has ${found.length} certificates, more than an authority needs: at most ${mostOfAuthority} characters`,
    );
  return text;
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
