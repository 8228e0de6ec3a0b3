/** Every address of a host, of both families. */
export const everywhere = "::";
/** The same of version 4 alone. */
export const everyVersion4 = "0.0.0.0";
/** The word in the settings for one of these two, which only the engine and its host can decide between. */
export const automatic = "auto";

/**
 * The addresses that a port is published on for a setting: `::` is every address of both families, as programs mean it
 * that listen there, `auto` may become that, and `0.0.0.0` is every one of version 4. Written as the engine tells them again.
 */
export function publishedAddresses(setting: string): string[] {
  const address = setting === automatic ? everywhere : canonical(setting);
  return address === everywhere ? [everyVersion4, everywhere] : [address];
}

/** Whether two settings publish on an address that is the same. */
export function addressesMeet(one: string, other: string): boolean {
  const others = publishedAddresses(other);
  return publishedAddresses(one).some((address) => others.some((further) => overlap(address, further)));
}

/** Whether two published addresses have one in common; here `::` is every one of version 6 alone. */
export function overlap(one: string, other: string): boolean {
  const isSix = one.includes(":");
  const every = isSix ? everywhere : everyVersion4;
  return isSix === other.includes(":") && (one === other || one === every || other === every);
}

/** Whether a published address is every one of its family. */
export function isEvery(address: string): boolean {
  return address === everywhere || address === everyVersion4;
}

/** Whether only the host itself reaches it. */
export function isLoopback(setting: string): boolean {
  return setting.startsWith("127.") || canonical(setting) === "::1";
}

/** The host of a URL by which the host itself reaches what is published there. */
export function urlHost(setting: string): string {
  const address = canonical(setting);
  if (isEvery(address)) return "127.0.0.1";
  return address.includes(":") ? `[${address}]` : address;
}

/** In its shortest form: the engine tells an address in that, and a difference would make its container anew. */
export function canonical(address: string): string {
  return address.includes(":") ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
