/** Mozilla's intermediate configuration, guidelines 6.0. This list and the renderer's are kept apart: one guards the other. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  ssl_protocols: ["TLSv1.2", "TLSv1.3"],
  ssl_ciphers: [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ],
  ssl_ecdh_curve: ["X25519MLKEM768", "X25519", "prime256v1", "secp384r1"],
};

/** Directives that would undo it in another way. */
const forbidden = /^\s*(?:ssl_conf_command|ssl_dhparam|ssl_early_data on)\b[^;]*/gm;

/** What weakens TLS in a configuration of the gateway that speaks it, each in words. Empty if nothing does. */
export function weakTls(configuration: string): string[] {
  const weak = Object.entries(allowed).flatMap(([directive, good]) => {
    const given = [...configuration.matchAll(new RegExp(`^\\s*${directive}\\s+([^;]+);`, "gm"))];
    if (given.length === 0) return [`${directive} is not set`];
    const words = given.flatMap(([, value = ""]) => value.split(/[\s:]+/));
    return words
      .filter((word) => !good.includes(word.replace(/^\?/, "")))
      .map((word) => `${directive} ${word}`);
  });
  const others = [...configuration.matchAll(forbidden)].map(([directive]) => directive.trim());
  return [...new Set([...weak, ...others])];
}
