/** The parts of a release. Each has an image and a tag of its own. */
export const partNames = ["backend", "frontend"] as const;

/** One of them. */
export type PartName = (typeof partNames)[number];

/** The word in place of a tag by which a colour says that it has no such part. */
export const noPart = "none";

/** The key of a part's tag in a colour's settings. */
export type TagKey<Name extends PartName = PartName> = `${Name}Tag`;

/** See {@link TagKey}. */
export function tagKey<Name extends PartName>(part: Name): TagKey<Name> {
  return `${part}Tag`;
}

/** Makes something of each part, by its name. */
export function ofParts<T>(make: (part: PartName) => T): Record<PartName, T> {
  return Object.fromEntries(partNames.map((part) => [part, make(part)])) as Record<PartName, T>;
}

/** Makes something of each part's tag, by its key in a colour's settings. */
export function ofTags<T>(make: (part: PartName) => T): Record<TagKey, T> {
  return Object.fromEntries(partNames.map((part) => [tagKey(part), make(part)])) as Record<TagKey, T>;
}

/**
 * Tags as an operator reads them: a single one if all parts have the same. A part that is alone is named, so that nobody
 * takes it for both.
 */
export function tagsInWords(parts: readonly { name: string; tag: string }[]): string {
  const there = parts.filter(({ tag }) => tag !== noPart);
  const [first] = there;
  const isWhole = there.length === partNames.length;
  if (first !== undefined && isWhole && there.every(({ tag }) => tag === first.tag)) return first.tag;
  return there.map(({ name, tag }) => `${name} ${tag}`).join(" with ");
}
