import type { Color } from "./parse.ts";

/** The colour that takes turns with this one. */
export function otherColor(color: Color): Color {
  return color === "blue" ? "green" : "blue";
}

/** The colour of a release: its id begins with it. */
export function colorOf(release: string): Color {
  return release.startsWith("blue-") ? "blue" : "green";
}
