/** Shorter words may stand in any message; what the program generates is longer. */
const shortestSecret = 16;
const word = new RegExp(`\\w{${shortestSecret},}`, "g");

const known = new Set<string>();

/** Takes every long word of a text for a secret that no message may show from now on. */
export function keepSecret(text: string): void {
  for (const [secret] of text.matchAll(word)) known.add(secret);
}

/** A message without the secrets that this process was told. */
export function withoutSecrets(message: string): string {
  let shown = message;
  for (const secret of known) shown = shown.replaceAll(secret, "***");
  return shown;
}
