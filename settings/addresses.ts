/** Every address of a host, of both families. */
export const everywhere = "::";
/** Every IPv4 address of a host. */
export const everyVersion4 = "0.0.0.0";
/** The setting that stands for one of these two: which one depends on the engine and its host. */
export const automatic = "auto";

/**
 * The addresses that a port is published on for a setting. `::` is every address of both families, as for a program
 * that listens there. `auto` counts as `::`, because it may become that. `0.0.0.0` is every IPv4 address. Each is
 * written as the engine reports it.
 */
export function publishedAddresses(setting: string): string[] {
  const address = setting === automatic ? everywhere : canonical(setting);
  return address === everywhere ? [everyVersion4, everywhere] : [address];
}

/** Whether two settings publish on a common address. */
export function addressesMeet(one: string, other: string): boolean {
  const others = publishedAddresses(other);
  return publishedAddresses(one).some((address) => others.some((further) => overlap(address, further)));
}

/** Whether two published addresses overlap. Here `::` is every IPv6 address, and no IPv4 address. */
export function overlap(one: string, other: string): boolean {
  const isSix = one.includes(":");
  const every = isSix ? everywhere : everyVersion4;
  return isSix === other.includes(":") && (one === other || one === every || other === every);
}

/** Whether a published address stands for every address of its family. */
export function isEvery(address: string): boolean {
  return address === everywhere || address === everyVersion4;
}

/** Whether only the host itself reaches the address. */
export function isLoopback(setting: string): boolean {
  return setting.startsWith("127.") || canonical(setting) === "::1";
}

/** The host part of a URL at which the host itself reaches what is published on the address. */
export function urlHost(setting: string): string {
  const address = canonical(setting);
  if (isEvery(address)) return "127.0.0.1";
  return address.includes(":") ? `[${address}]` : address;
}

/** The shortest form of an address. The engine reports that form, and a difference would make the container anew. */
export function canonical(address: string): string {
  return address.includes(":") ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
