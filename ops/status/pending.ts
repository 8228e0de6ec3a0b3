import { partImages } from "../../release/parts.ts";
import type { ReleaseNote } from "../../release/note.ts";
import { colorOf } from "../../settings/color.ts";
import type { Settings } from "../../settings/parse.ts";
import { tagsInWords } from "../../settings/parts.ts";

/**
 * What the stack config wants to serve, if something else serves: somebody edited the config, and no update has run since.
 *
 * @param notes the known releases. Without the note of the one that serves, only the colours are compared
 * @returns undefined if the two agree
 */
export function pendingInConfig(
  settings: Settings,
  route: string,
  notes: readonly Pick<ReleaseNote, "release" | "parts">[],
): string | undefined {
  const { activeColor } = settings;
  const parts = partImages(settings, activeColor) ?? [];
  const wanted = tagsInWords(parts);
  const served = notes.find(({ release }) => release === route)?.parts;
  const isServed = colorOf(route) === activeColor && (served === undefined || tagsInWords(served) === wanted);
  return isServed ? undefined : `${activeColor} ${wanted}`;
}
