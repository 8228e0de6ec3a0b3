import { generateKeyPairSync, randomBytes } from "node:crypto";
import forge from "node-forge";
import type { Pair } from "../../certificate/pair.ts";

const day = 86_400_000;

/** What a test wants of a certificate. */
export interface Wanted {
  /** Default: localhost */
  names?: readonly string[];
  /** Begin and end, in days from now. Default: yesterday, and 90 days */
  days?: readonly [from: number, to: number];
  /** Default: 2048 */
  bits?: number;
}

/** A certificate with its key. */
interface Issuer {
  pem: string;
  subject: forge.pki.CertificateField[];
  key: string;
}

/** A private authority with an intermediate one below it, as commercial ones have. */
export class Authority {
  /** What a client must trust, as PEM text. */
  readonly root: string;
  readonly #intermediate: Issuer;

  constructor() {
    const root = issue("webnet test root", undefined, true, {});
    this.root = root.pem;
    this.#intermediate = issue("webnet test intermediate", root, true, {});
  }

  /** Issues a certificate, with its chain. */
  issue(wanted: Wanted = {}): Pair {
    const { pem, key } = issue("webnet test server", this.#intermediate, false, wanted);
    return { chain: `${pem}${this.#intermediate.pem}`, key };
  }
}

function issue(name: string, issuer: Issuer | undefined, isAuthority: boolean, wanted: Wanted): Issuer {
  const { names = ["localhost"], days: [from, to] = [-1, 90], bits = 2048 } = wanted;
  const { publicKey, privateKey: key } = generateKeyPairSync("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const subject = [{ name: "commonName", value: name }];
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = `4${randomBytes(8).toString("hex").slice(1)}`;
  certificate.validity.notBefore = new Date(Date.now() + from * day);
  certificate.validity.notAfter = new Date(Date.now() + to * day);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer?.subject ?? subject);
  const issuerKey = issuer === undefined ? certificate : forge.pki.certificateFromPem(issuer.pem);
  certificate.setExtensions([
    // Strict clients, such as Python's, want them.
    { name: "subjectKeyIdentifier" },
    { name: "authorityKeyIdentifier", keyIdentifier: issuerKey.generateSubjectKeyIdentifier().getBytes() },
    ...(isAuthority
      ? [
          { name: "basicConstraints", cA: true, critical: true },
          { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
        ]
      : [
          { name: "basicConstraints", cA: false },
          { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
          { name: "extKeyUsage", serverAuth: true },
          { name: "subjectAltName", altNames: names.map((value) => ({ type: 2, value })) },
        ]),
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(issuer?.key ?? key), forge.md.sha256.create());
  return { pem: forge.pki.certificateToPem(certificate).replaceAll("\r", ""), subject, key };
}
