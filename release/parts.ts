import { namedParts } from "../settings/alone.ts";
import { tagKey, type PartName } from "../settings/parts.ts";
import type { Color } from "../settings/color.ts";
import type { Settings } from "../settings/parse.ts";

/** What becomes of a part: files that the gateway serves, or a container that it routes to. */
export type PartKind = "files" | "service";

/**
 * The kind of each part, of which a release has one each at most: the service's container has the release's own name and gate,
 * and the files have the release's own directory.
 */
export const partKinds: Readonly<Record<PartName, PartKind>> = { backend: "service", frontend: "files" };

/** A part of a colour's release, according to the settings. */
export interface PartImage {
  name: PartName;
  kind: PartKind;
  tag: string;
  /** The reference of its image. */
  reference: string;
}

/** The parts of a colour's release; undefined if the stack config has no tags for it. */
export function partImages(settings: Settings, color: Color): PartImage[] | undefined {
  const tags = settings.colors[color];
  if (tags === undefined) return undefined;
  return namedParts(tags).map((name) => {
    const tag = tags[tagKey(name)];
    return { name, kind: partKinds[name], tag, reference: `${settings.images[name]}:${tag}` };
  });
}

/**
 * Finds the part of a kind; undefined if the release has none.
 *
 * @throws Error if there is a second one, which is a bug of the program
 */
export function partOf<Part extends { name: PartName }>(
  parts: readonly Part[],
  kind: PartKind,
): Part | undefined {
  const [part, ...others] = parts.filter(({ name }) => partKinds[name] === kind);
  if (others.length > 0) throw new Error(`the release has ${kind} twice, and a place for one of them`);
  return part;
}
