import type { Entry } from "./publishing.ts";

/** `count` files of all sizes under `/opt/dist/assets`, with at least `totalBytes` in total. */
export function manyFiles(count: number, totalBytes: number): Entry[] {
  // Sizes from 0 to twice the mean, so that files end everywhere within a block.
  const step = (2 * totalBytes) / (count * (count - 1));
  return Array.from({ length: count }, (_, at) => ({
    name: `opt/dist/assets/file-${at}.js`,
    bytes: Math.ceil(at * step),
  }));
}
