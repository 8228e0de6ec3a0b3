import { createHash, createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";

/** A certificate with its private key, as PEM text. */
export interface Pair {
  /** The certificate, followed by those of its intermediate authorities. */
  chain: string;
  key: string;
}

/** What is wrong with a pair: which of its files, and what, as a sentence without its full stop. */
export interface PairProblem {
  of: keyof Pair;
  what: string;
}

const serverPurpose = "1.3.6.1.5.5.7.3.1";
const leastRsaBits = 2048;
const blocks = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Finds why a gateway should not serve a pair: it can't be read, key and certificate don't belong together, a
 * certificate of the chain was not issued by the next one, it is not valid now, or it is not for every host.
 *
 * @param hosts names that clients ask for
 */
export function pairProblem(pair: Pair, hosts: readonly string[], now: Date): PairProblem | undefined {
  const chain = chainOf(pair.chain);
  if (typeof chain === "string") return { of: "chain", what: chain };
  const [leaf] = chain;
  const key = keyOf(pair.key);
  if (typeof key === "string") return { of: "key", what: key };
  if (!leaf.checkPrivateKey(key)) return { of: "key", what: "it is not the key of this certificate" };
  const what = unfit(leaf, hosts) ?? outOfTime(chain, now) ?? unlinked(chain);
  return what === undefined ? undefined : { of: "chain", what };
}

/** The first certificate of a chain. @throws Error if there is none */
export function leafOf(chain: string): X509Certificate {
  const certificates = chainOf(chain);
  if (typeof certificates === "string") throw new Error(certificates);
  return certificates[0];
}

/** The same; undefined if there is none that can be read, as after a power cut. */
export function readableLeaf(chain: string): X509Certificate | undefined {
  const certificates = chainOf(chain);
  return typeof certificates === "string" ? undefined : certificates[0];
}

/** Names a pair by its content. The key's part does not tell the key. */
export function pairDigest({ chain, key }: Pair): string {
  return createHash("sha256").update(`${chain.trim()}\n${key.trim()}`).digest("hex").slice(0, 16);
}

/** The names that a certificate is for, for people. */
export function namesOf(leaf: X509Certificate): string {
  return (leaf.subjectAltName ?? "no name").replaceAll(/(?:DNS|IP Address):/g, "");
}

function chainOf(text: string): [X509Certificate, ...X509Certificate[]] | string {
  const found = text.match(blocks) ?? [];
  try {
    const [leaf, ...others] = found.map((pem) => new X509Certificate(pem));
    return leaf === undefined ? "there is no PEM certificate in it" : [leaf, ...others];
  } catch {
    return "a certificate in it can't be read";
  }
}

function keyOf(text: string): KeyObject | string {
  if (text.includes("ENCRYPTED"))
    return "the key has a passphrase, and the gateway starts with nobody to ask";
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    return "there is no PEM private key in it";
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? leastRsaBits;
  if (key.asymmetricKeyType === "rsa" && bits < leastRsaBits)
    return `the key has ${bits} bits only, and clients refuse fewer than ${leastRsaBits}`;
  if (key.asymmetricKeyType === "rsa" || key.asymmetricKeyType === "ec") return key;
  return `the key is of the kind ${key.asymmetricKeyType ?? "unknown"}, which browsers don't take`;
}

function unfit(leaf: X509Certificate, hosts: readonly string[]): string | undefined {
  if (leaf.ca) return "its first certificate is an authority's, and the gateway's own must come first";
  const missing = hosts.filter((host) => leaf.checkHost(host, { subject: "never" }) === undefined);
  if (missing.length > 0) return `it is for ${namesOf(leaf)}, and not for ${missing.join(", ")}`;
  const purposes = leaf.keyUsage as string[] | undefined;
  return purposes?.includes(serverPurpose) === false ? "it is not for servers" : undefined;
}

function unlinked(chain: readonly X509Certificate[]): string | undefined {
  const at = chain.findIndex((certificate, place) => {
    const issuer = chain[place + 1];
    return issuer !== undefined && !(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey));
  });
  if (at === -1) return undefined;
  return `its certificate ${at + 2} did not issue certificate ${at + 1}: the chain is out of order or mixed`;
}

function outOfTime(chain: readonly X509Certificate[], now: Date): string | undefined {
  for (const [at, { validFrom, validTo }] of chain.entries()) {
    const which = at === 0 ? "it" : `its certificate ${at + 1}`;
    if (Date.parse(validTo) <= now.getTime()) return `${which} expired at ${inWords(validTo)}`;
    if (Date.parse(validFrom) > now.getTime())
      return `${which} is not valid before ${inWords(validFrom)}, by this machine's clock ${now.toISOString()}`;
  }
  return undefined;
}

function inWords(date: string): string {
  return new Date(date).toISOString();
}
