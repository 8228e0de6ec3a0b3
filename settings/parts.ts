/** The parts of a release. Each has an image and a tag of its own. */
export const partNames = ["backend", "frontend"] as const;

/** One of them. */
export type PartName = (typeof partNames)[number];

/** The key of a part's tag in a colour's settings. */
export function tagKey<Name extends PartName>(part: Name): `${Name}Tag` {
  return `${part}Tag`;
}

/** Tags as an operator reads them: a single one if all parts have the same. */
export function tagsInWords(parts: readonly { name: string; tag: string }[]): string {
  const [first] = parts;
  if (first !== undefined && parts.every(({ tag }) => tag === first.tag)) return first.tag;
  return parts.map(({ name, tag }) => `${name} ${tag}`).join(" with ");
}
