/** Pattern of exactly this path and those below it, without parameters. */
export function pathOrBelow(path: string): string {
  return `${escaped(path)}(?:/[^;]*)?\\z`;
}

/**
 * Pattern of everything that a backend may read as this path or one below it: it drops everything after a semicolon in
 * each part of the path, and then parts without anything, and nginx does not.
 */
export function pathToBackend(path: string): string {
  const parts = path.split("/").slice(1);
  return `${parts.map((part) => `/(?:;[^/]*/)*${escaped(part)}(?:;[^/]*)?`).join("")}(?:/|\\z)`;
}

/** Pattern of a path as it stands. */
export function escaped(path: string): string {
  return path.replaceAll(/[.+]/g, String.raw`\$&`);
}
