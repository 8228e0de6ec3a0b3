import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { font } from "./font.ts";
import { noise } from "./noise.ts";
import { picture } from "./png.ts";

/** Folders of files for the frontend's build. */
export interface MadeFiles {
  /** Files that the sources import. Vite puts a hash into their names. */
  imported: string;
  /** Files that Vite copies unchanged, below the page. */
  copied: string;
}

const words = 40_000;

/** A hard link in the frontend image: `name` is a second name of the built file `of`. */
export const hardLink = { name: "assets/pictures/again.png", of: "assets/pictures/blue sky.png" };

/**
 * Makes several megabytes of files that a real frontend has besides its code: pictures, a font, data that the page
 * loads late, and names with a space or with letters beyond ASCII. Every build makes the same bytes.
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

/** Writes the texts of a version to two files: one name exists in every version, the other in this one only. */
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
