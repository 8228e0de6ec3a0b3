import { generateKeyPairSync, randomBytes } from "node:crypto";
import forge from "node-forge";
import type { Pair } from "./pair.ts";

const bits = 2048;
/** Nobody renews it, and nobody's trust depends on its age. */
const days = 3650;
/** For machines whose clock is behind. */
const hoursBack = 24;
const hour = 3_600_000;
const nameType = { dns: 2, address: 7 } as const;

/** Makes a certificate that no client trusts, with its key. @param hosts names that it is for */
export function selfSigned(hosts: readonly string[], now: Date): Pair {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // The first bit stays 0: the number is positive.
  certificate.serialNumber = `4${randomBytes(16).toString("hex").slice(1)}`;
  certificate.validity.notBefore = new Date(now.getTime() - hoursBack * hour);
  certificate.validity.notAfter = new Date(now.getTime() + days * 24 * hour);
  const name = [{ name: "commonName", value: "webnet self-signed" }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "basicConstraints", cA: false },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        ...hosts.map((value) => ({ type: nameType.dns, value })),
        { type: nameType.address, ip: "127.0.0.1" },
      ],
    },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { chain: forge.pki.certificateToPem(certificate).replaceAll("\r", ""), key: privateKey };
}
