import { z } from "zod";

/** A whole number between two bounds that are both allowed, of which the message says. */
export function whole(most: number, least = 1): z.ZodNumber {
  const allowed = `a whole number from ${least} to ${most}`;
  return z.number(allowed).int(allowed).min(least, allowed).max(most, allowed);
}
