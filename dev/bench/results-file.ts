import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const file = join(import.meta.dirname, "RESULTS.md");

/** Writes the section of one bench to `dev/bench/RESULTS.md`. The sections of the other benches stay as they are. */
export async function writeSection(title: string, text: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  await writeFile(file, withSection(before, title, text));
}

/** Replaces one section of a document, or adds it at the end. A section begins with a line `# title`. */
export function withSection(document: string, title: string, text: string): string {
  const sections = document.split(/^(?=# )/m).filter((section) => section.trim() !== "");
  const heading = `# ${title}\n`;
  const section = `${heading}\n${text.trim()}\n`;
  const place = sections.findIndex((other) => other.startsWith(heading));
  if (place === -1) sections.push(section);
  else sections[place] = section;
  return sections.map((one) => one.trim()).join("\n\n") + "\n";
}
