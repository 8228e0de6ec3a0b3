import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localPaths } from "./environment.ts";

/** A hash of the names and contents of all files in the folders, and of further words. */
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

/** True if the stamp has this key and the files still exist: the thing was then made from the same inputs. */
export function isStamped(
  name: string,
  key: string,
  files: readonly string[],
  folder = localPaths.stamps,
): boolean {
  const stamp = join(folder, name);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === key && files.every((file) => existsSync(file));
}

/** Records the inputs of a finished thing. Write the stamp last: an unfinished thing then has none. */
export function writeStamp(name: string, key: string, folder = localPaths.stamps): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), key);
}

/** Removes a stamp. Do this before making its thing again. */
export function removeStamp(name: string, folder = localPaths.stamps): void {
  rmSync(join(folder, name), { force: true });
}
