import { createHash, hash } from "node:crypto";

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const saltCharacters = 20;
/**
 * MySQL 8.4's default. The verifier holds it, in thousands, so that a server with another number accepts it as well.
 */
const storedRounds = 5000;

/**
 * What MySQL stores instead of a password, for `IDENTIFIED WITH caching_sha2_password AS '…'`. The server accepts it
 * without its password policy and without the password. The same account and password give the same text.
 */
export function passwordVerifier(account: string, password: string): string {
  const salt = saltOf(account, password);
  return `$A$${String(storedRounds / 1000).padStart(3, "0")}$${salt}${sha256Crypt(password, salt)}`;
}

/**
 * Derived from the password, so that an update without changes writes the same files. Safe for long random passwords
 * only: it is a fast hash.
 */
function saltOf(account: string, password: string): string {
  const bytes = createHash("sha256").update(`salt\0${account}\0${password}`).digest();
  return [...bytes.subarray(0, saltCharacters)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/**
 * The digest of SHA-256 crypt (Drepper, "Unix crypt using SHA-256 and SHA-512"), without its prefix. The salt may have
 * any length: MySQL's is longer than crypt's.
 */
export function sha256Crypt(password: string, saltText: string, rounds = storedRounds): string {
  const key = Buffer.from(password);
  const salt = Buffer.from(saltText);
  const inner = digest([key, salt, key]);
  const keyBits = Array.from(key.length.toString(2)).reverse();
  let sum = digest([
    key,
    salt,
    stretched(inner, key.length),
    ...keyBits.map((bit) => (bit === "1" ? inner : key)),
  ]);
  const keys = stretched(digest(Array.from(key, () => key)), key.length);
  const salts = stretched(digest(Array.from({ length: 16 + (sum[0] ?? 0) }, () => salt)), salt.length);
  for (let round = 0; round < rounds; round += 1) {
    const isOdd = round % 2 === 1;
    sum = digest([
      isOdd ? keys : sum,
      ...(round % 3 === 0 ? [] : [salts]),
      ...(round % 7 === 0 ? [] : [keys]),
      isOdd ? sum : keys,
    ]);
  }
  return encoded(sum);
}

function digest(parts: readonly Buffer[]): Buffer {
  return hash("sha256", Buffer.concat(parts), "buffer");
}

function stretched(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes);
}

/** Encodes the digest in crypt's own byte order: three bytes give four characters, lowest bits first. */
function encoded(sum: Buffer): string {
  const triples = Array.from({ length: 10 }, (_, index) => {
    const [a, b, c] = [0, 10, 20].map((offset) => (offset + index * 21) % 30);
    return characters(
      [a, b, c].map((at) => sum[at ?? 0] ?? 0),
      4,
    );
  });
  return `${triples.join("")}${characters([0, sum[31] ?? 0, sum[30] ?? 0], 3)}`;
}

function characters(bytes: readonly number[], count: number): string {
  const value = bytes.reduce((all, byte) => all * 256 + byte, 0);
  return Array.from({ length: count }, (_, index) => alphabet[(value >> (6 * index)) & 63]).join("");
}
