import { createHash, hash } from "node:crypto";

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const saltCharacters = 20;
/** As MySQL 8.4 has it; stands in the verifier, in thousands, so that a server with another number takes it as well. */
const storedRounds = 5000;

/**
 * What MySQL keeps in a password's place, for `IDENTIFIED WITH caching_sha2_password AS '…'`: the server takes it
 * without its password policy and without knowing the password. The same account and password give the same text.
 */
export function passwordVerifier(account: string, password: string): string {
  const salt = saltOf(account, password);
  return `$A$${String(storedRounds / 1000).padStart(3, "0")}$${salt}${sha256Crypt(password, salt)}`;
}

/** From the password itself, so that a run without changes writes the same files; of it, the salt tells nothing. */
function saltOf(account: string, password: string): string {
  const bytes = createHash("sha256").update(`salt\0${account}\0${password}`).digest();
  return [...bytes.subarray(0, saltCharacters)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/**
 * The digest alone of SHA-256 crypt (Drepper, "Unix crypt using SHA-256 and SHA-512"). The salt may be of any
 * length: MySQL's is longer than crypt's.
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

/** The digest's bytes in crypt's own order, three to four characters, the lowest bits first. */
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
