import { randomBytes } from "node:crypto";

/** A file that {@link readFiles} read. */
export interface FoundFile {
  /** The name from the list. */
  name: string;
  text: string;
}

/**
 * Reads files through a shell elsewhere, with a mark before each file: a file that is cut off, for example without its
 * last line end, must not spoil the next one. A missing or unreadable file counts as empty.
 *
 * @param shell runs a script, and returns its output
 * @param list shell command that prints one name per line. If it fails, there are no files
 * @param path shell text of a file's path, with `$name` for its name
 */
export async function readFiles(
  shell: (script: string) => Promise<string>,
  list: string,
  path: string,
): Promise<FoundFile[]> {
  // Random, so that no file contains it by chance.
  const mark = randomBytes(12).toString("hex");
  const script = `${list} 2>/dev/null | while read -r name; do printf '%s %s\\n' ${mark} "$name"; cat "${path}" 2>/dev/null; printf '\\n'; done`;
  const printed = await shell(script);
  return printed
    .split(`${mark} `)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      return { name: part.slice(0, end), text: part.slice(end + 1).trim() };
    });
}
