import { randomBytes } from "node:crypto";

/** A file as it was found. */
export interface FoundFile {
  /** As it was listed. */
  name: string;
  text: string;
}

/**
 * Reads files by a shell elsewhere, each by itself: what one that is cut off has lost, its end of line above all, must not
 * touch the next one. A file that is gone or can't be read is empty.
 *
 * @param shell runs a script, and gives what it printed
 * @param list shell command that lists names, one a line; none where it fails
 * @param path shell text of a listed file's path, in which `$name` is its name
 */
export async function readFiles(
  shell: (script: string) => Promise<string>,
  list: string,
  path: string,
): Promise<FoundFile[]> {
  // What a file says can't have it by chance.
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
