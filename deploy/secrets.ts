/** Shorter words may occur in any message. The program's own secrets are longer. */
const shortestSecret = 16;
const word = new RegExp(`\\w{${shortestSecret},}`, "g");

const known = new Set<string>();

/**
 * Treats every word of 16 or more characters in a value's texts, at any depth, as a secret: from now on
 * {@link withoutSecrets} hides it. In the value's JSON an escape would become part of the word that follows it.
 */
export function keepSecrets(value: unknown): void {
  if (typeof value === "string") for (const [secret] of value.matchAll(word)) known.add(secret);
  if (typeof value === "object" && value !== null) Object.values(value).forEach(keepSecrets);
}

const shortestLine = 8;

/**
 * Treats every line of a text that is a secret as one, and every word of {@link keepSecrets} in it: somebody else's
 * secrets may be short, or have other characters than a word. A line of less than 8 characters may occur in any message.
 */
export function keepSecretText(text: string): void {
  keepSecrets(text);
  for (const line of text.split("\n").map((each) => each.trim()))
    if (line.length >= shortestLine) known.add(line);
}

/** A message with `***` in place of the secrets that this process has read. */
export function withoutSecrets(message: string): string {
  let shown = message;
  // The longest first: a secret that is part of a longer one would leave the rest of that one readable.
  for (const secret of [...known].sort((one, other) => other.length - one.length))
    shown = shown.replaceAll(secret, "***");
  return shown;
}
