import { element } from "./element.ts";

interface Texts {
  version: string;
  greeting: string;
}

/** Shows the page's texts, a file whose name stays from release to release. */
export async function showTexts(): Promise<void> {
  const response = await fetch("/assets/i18n/en.json");
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const { version, greeting } = (await response.json()) as Texts;
  element("texts").textContent = `${greeting} (texts of ${version})`;
}
