import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const file = join(import.meta.dirname, "RESULTS.md");

/** Puts one bench's section into `dev/bench/RESULTS.md`, in the place of its former one; the other benches' stay. */
export async function writeSection(title: string, text: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  await writeFile(file, withSection(before, title, text));
}

/** A document of sections that begin with `# `, with one of them replaced, or added at its end. */
export function withSection(document: string, title: string, text: string): string {
  const sections = document.split(/^(?=# )/m).filter((section) => section.trim() !== "");
  const heading = `# ${title}\n`;
  const section = `${heading}\n${text.trim()}\n`;
  const place = sections.findIndex((other) => other.startsWith(heading));
  if (place === -1) sections.push(section);
  else sections[place] = section;
  return sections.map((one) => one.trim()).join("\n\n") + "\n";
}
