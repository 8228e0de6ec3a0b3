import type { Entry } from "./publishing.ts";

/** Files under `/opt/dist/assets` of all sizes, so many in all, of so many bytes in all at least. */
export function manyFiles(count: number, totalBytes: number): Entry[] {
  // From nothing to twice the mean, so that block ends lie everywhere.
  const step = (2 * totalBytes) / (count * (count - 1));
  return Array.from({ length: count }, (_, at) => ({
    name: `opt/dist/assets/file-${at}.js`,
    bytes: Math.ceil(at * step),
  }));
}
