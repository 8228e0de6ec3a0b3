const mark = "*.";

/** Whether a host name stands for every one that is one level under another, as `*.example.com` does. */
export function isWildcard(name: string): boolean {
  return name.startsWith(mark);
}

/** What a wildcard's names are one level under; undefined for a single name. */
export function underWhich(name: string): string | undefined {
  return isWildcard(name) ? name.slice(mark.length) : undefined;
}

/** Whether a wildcard stands for a name. As in certificates, that is one level and no more. */
export function standsFor(wildcard: string, name: string): boolean {
  const above = underWhich(wildcard);
  return above !== undefined && !isWildcard(name) && name.slice(name.indexOf(".") + 1) === above;
}
