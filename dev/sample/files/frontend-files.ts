import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { font } from "./font.ts";
import { noise } from "./noise.ts";
import { picture } from "./png.ts";

/** Folders of files that the frontend's build takes. */
export interface MadeFiles {
  /** What its sources import, and what therefore gets a hash in its name. */
  imported: string;
  /** What is copied as it is, below the page. */
  copied: string;
}

const words = 40_000;

/** A file of the built frontend, and another name under which its image has the same file. */
export const hardLink = { name: "assets/pictures/again.png", of: "assets/pictures/blue sky.png" };

/**
 * Makes what a real frontend has beside its own code, several megabytes of it: pictures, a font, data of a part that is
 * loaded late, names with a space and with letters beyond ASCII. The same bytes at every build.
 */
export async function makeFrontendFiles(folder: string): Promise<MadeFiles> {
  const made = { imported: path.join(folder, "imported"), copied: path.join(folder, "copied") };
  await write(made.imported, {
    "harbour.png": picture("harbour", 320, 240),
    "sample.ttf": font(),
    "words.json": JSON.stringify(wordList()),
  });
  await write(made.copied, {
    [hardLink.of]: picture("blue sky", 480, 320),
    "assets/pictures/küste.png": picture("coast", 400, 300),
    "assets/downloads/brochure.pdf": noise("brochure", 2_500_000),
  });
  return made;
}

/** Writes the texts of a version, under a name that every version has, and under one that only this one has. */
export async function writeTexts(version: string, outDir: string): Promise<void> {
  const texts = JSON.stringify({ version, greeting: "Good day" });
  await write(path.join(outDir, "assets", "i18n"), { "en.json": texts, [`en-of-${version}.json`]: texts });
}

function wordList(): string[] {
  const bytes = noise("words", 6 * words);
  return Array.from({ length: words }, (_, at) => bytes.toString("hex", 6 * at, 6 * at + 6));
}

async function write(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
