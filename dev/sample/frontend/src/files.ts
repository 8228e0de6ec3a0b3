import harbour from "made/harbour.png";
import { element } from "./element.ts";

/** The first picture has a hash in its name, the others have plain names. The last is a hard link to "blue sky.png". */
const pictures: readonly (readonly [address: string, text: string])[] = [
  [harbour, "A harbour"],
  ["/assets/pictures/blue sky.png", "Blue sky"],
  ["/assets/pictures/küste.png", "A coast"],
  ["/assets/pictures/again.png", "Blue sky again"],
];

interface Texts {
  version: string;
  greeting: string;
}

/** Shows the page's texts, pictures and font, and reports success or the error. */
export async function showFiles(): Promise<void> {
  try {
    const [texts] = await Promise.all([
      readTexts(),
      document.fonts.load('1rem "Webnet Sample"'),
      ...pictures.map(([address, text]) => showPicture(address, text)),
    ]);
    element("texts").textContent = `${texts.greeting} (texts of ${texts.version})`;
    const isLoaded = [...document.fonts].every(({ status }) => status === "loaded");
    element("files").textContent = `${pictures.length} pictures${isLoaded ? " and a font" : ""} are loaded.`;
  } catch (error) {
    element("files").textContent = error instanceof Error ? error.message : String(error);
  }
}

async function readTexts(): Promise<Texts> {
  const response = await fetch("/assets/i18n/en.json");
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as Texts;
}

async function showPicture(address: string, text: string): Promise<void> {
  const image = new Image();
  image.alt = text;
  image.src = address;
  element("pictures").append(image);
  await image.decode();
}
