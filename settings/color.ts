import type { colorNames } from "./schema/application.ts";

/** One of the two sets of containers that take turns. */
export type Color = (typeof colorNames)[number];

/** The colour that takes turns with this one. */
export function otherColor(color: Color): Color {
  return color === "blue" ? "green" : "blue";
}

/** The colour of a release: its id begins with it. */
export function colorOf(release: string): Color {
  return release.startsWith("blue-") ? "blue" : "green";
}
