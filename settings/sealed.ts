import { isDeepStrictEqual } from "node:util";
import type { Path } from "./shape.ts";

/** Stands for an encrypted value where nobody decrypts it. Every secret must accept it. */
export const sealedPlaceholder = "<encrypted>";

/**
 * The ciphertext of an encrypted value of a stack's file, where it stands as the only key of an object; undefined if the
 * value is none.
 */
export function ciphertextOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Object.keys(value).join() !== "secure") return undefined;
  const { secure } = value as { secure: unknown };
  return typeof secure === "string" ? secure : undefined;
}

/** Whether the value is encrypted, or one below it. */
export function holdsSealed(value: unknown): boolean {
  return sealedPaths(value).length > 0;
}

/** Whether no part of the value is in plain text. */
export function isAllSealed(value: unknown): boolean {
  if (ciphertextOf(value) !== undefined) return true;
  return typeof value === "object" && value !== null && Object.values(value).every(isAllSealed);
}

/** The value with this text in place of each encrypted one. */
export function withoutSealed(value: unknown, placeholder: string): unknown {
  if (ciphertextOf(value) !== undefined) return placeholder;
  if (Array.isArray(value)) return value.map((item) => withoutSealed(item, placeholder));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => [key, withoutSealed(below, placeholder)]),
  );
}

/** Where encrypted values stand in a value. */
export function sealedPaths(value: unknown, path: Path = []): Path[] {
  if (ciphertextOf(value) !== undefined) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => sealedPaths(below, [...path, key]));
}

/** Whether the value of a stack's file may be this one: the same, wherever it isn't encrypted. */
export function mayBe(written: unknown, value: unknown): boolean {
  if (ciphertextOf(written) !== undefined) return typeof value === "string";
  if (typeof written !== "object" || written === null || Array.isArray(written))
    return isDeepStrictEqual(written, value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const [one, other] = [Object.entries(written), Object.entries(value)];
  const values = new Map<string, unknown>(other);
  return one.length === other.length && one.every(([key, below]) => mayBe(below, values.get(key)));
}
