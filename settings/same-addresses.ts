/** What serves addresses: paths, of all the platform's names or of its own. */
interface Addresses {
  hosts?: readonly string[];
  paths?: readonly string[];
}

/** A path that an earlier entry has too, for the same host. */
interface SameAddress {
  /** Entry and place of the path. */
  name: string;
  position: number;
  path: string;
  /** Entry and place of the earlier one. */
  other: { name: string; position: number };
}

/**
 * The paths that come again for a host.
 *
 * @param allPaths what an entry without paths has
 * @param asRead a path as what is behind it reads it
 */
export function sameAddresses(
  entries: readonly (readonly [string, Addresses])[],
  { allPaths = [], asRead = (path) => path }: { allPaths?: string[]; asRead?: (path: string) => string },
): SameAddress[] {
  const seen = new Map<string, SameAddress["other"]>();
  return entries.flatMap(([name, { hosts = [], paths = allPaths }]) =>
    paths.flatMap((path, position) => {
      const keys = (hosts.length > 0 ? hosts : [""]).map((host) => `${host} ${asRead(path)}`);
      const other = keys.map((key) => seen.get(key)).find((one) => one !== undefined);
      for (const key of keys) seen.set(key, { name, position });
      return other === undefined ? [] : [{ name, position, path, other }];
    }),
  );
}
