/** Shorter words may occur in any message. The program's own secrets are longer. */
const shortestSecret = 16;
const word = new RegExp(`\\w{${shortestSecret},}`, "g");

const known = new Set<string>();

/** Treats every word of 16 or more characters in a text as a secret: from now on {@link withoutSecrets} hides it. */
export function keepSecret(text: string): void {
  for (const [secret] of text.matchAll(word)) known.add(secret);
}

/** A message with `***` in place of the secrets that this process has read. */
export function withoutSecrets(message: string): string {
  let shown = message;
  for (const secret of known) shown = shown.replaceAll(secret, "***");
  return shown;
}
