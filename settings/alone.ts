import type { Color } from "./color.ts";
import { otherColor } from "./color.ts";
import { noPart, partNames, tagKey, type PartName, type TagKey } from "./parts.ts";

/** The part that a colour has without the other one. A colour with both is not there. */
export type Alone = Partial<Record<Color, PartName>>;

type Colors = Partial<Record<Color, Readonly<Record<TagKey, string>> | undefined>>;

/** The parts that a colour's tags name. */
export function namedParts(tags: Readonly<Partial<Record<TagKey, unknown>>>): PartName[] {
  return partNames.filter((name) => tags[tagKey(name)] !== noPart);
}

/**
 * Which colours have one part alone. A colour without tags counts as the other one: what it gets first is mostly alike,
 * and the gateway then knows already how to ask it.
 */
export function aloneIn(colors: Colors): Alone {
  const one = (color: Color): PartName | undefined => {
    const tags = colors[color] ?? colors[otherColor(color)];
    const parts = tags === undefined ? partNames : namedParts(tags);
    return parts.length === 1 ? parts[0] : undefined;
  };
  const [blue, green] = [one("blue"), one("green")];
  return { ...(blue !== undefined && { blue }), ...(green !== undefined && { green }) };
}

/** Whether a colour's releases have a part. */
export function hasPart({ colors }: { colors: Colors }, color: Color, part: PartName): boolean {
  return (aloneIn(colors)[color] ?? part) === part;
}
