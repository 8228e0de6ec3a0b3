import { partNames, tagKey, type PartName } from "../settings/parts.ts";
import type { Color, Settings } from "../settings/parse.ts";

/** What becomes of a part: files that the gateway serves, or a container that it routes to. */
export type PartKind = "files" | "service";

/** The kind of each part. At most one is a service: its container has the release's own name and gate. */
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
  return partNames.map((name) => {
    const tag = tags[tagKey(name)];
    return { name, kind: partKinds[name], tag, reference: `${settings.images[name]}:${tag}` };
  });
}

/**
 * Finds the part of a kind.
 *
 * @throws Error if it is missing, which is a bug of the program
 */
export function partOf<Part extends { name: PartName }>(parts: readonly Part[], kind: PartKind): Part {
  const part = parts.find(({ name }) => partKinds[name] === kind);
  if (part === undefined) throw new Error(`the release has no ${kind}`);
  return part;
}
