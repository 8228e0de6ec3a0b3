import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localPaths } from "./environment.ts";

/** A hash over the names and contents of all files under some folders, and over further words. */
export function hashOf(folders: readonly string[], ...words: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(words));
  for (const folder of folders) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
      hash
        .update(`${file.slice(folder.length)}\0`)
        .update(readFileSync(file))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

/** Tells whether what a stamp stands for was made from the same inputs and its files are still there. */
export function isStamped(
  name: string,
  key: string,
  files: readonly string[],
  folder = localPaths.stamps,
): boolean {
  const stamp = join(folder, name);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === key && files.every((file) => existsSync(file));
}

/** Notes what something was made from. Written last, so that a half-made thing has no stamp. */
export function writeStamp(name: string, key: string, folder = localPaths.stamps): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), key);
}

/** Takes a stamp away before its thing is made anew. */
export function removeStamp(name: string, folder = localPaths.stamps): void {
  rmSync(join(folder, name), { force: true });
}
