import type { ReleaseNote } from "../../../release/note.ts";

/** The parts of a release's note. */
export function notedParts(
  tags: { backend: string; frontend: string },
  image: (part: string, tag: string) => string = (part, tag) => `${part}:${tag}`,
): ReleaseNote["parts"] {
  return (["backend", "frontend"] as const).map((name) => ({
    name,
    tag: tags[name],
    image: image(name, tags[name]),
  }));
}
