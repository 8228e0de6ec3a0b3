import { createCipheriv, createHash } from "node:crypto";

/** Bytes that compress as little as a photograph. The same seed gives the same bytes at every build. */
export function noise(seed: string, bytes: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}
