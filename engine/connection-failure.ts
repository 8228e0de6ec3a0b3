import { messageOf } from "../host/message.ts";

/** The kernel and the resolver report these of a connection. A failed call on a file has other codes. */
const ofNetwork = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "ENOTCONN", "EPIPE", "ETIMEDOUT", "EPROTO"],
  ...["EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "ENETRESET", "EADDRNOTAVAIL"],
  ...["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME"],
]);

/** What OpenSSL has against a certificate, and what Node says of a handshake, or of an answer that is no HTTP. */
const ofTlsOrHttp = new RegExp(
  [
    "(?:^|_)(?:CERT|CRL)(?:_|$)",
    "^(?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY|HOSTNAME_MISMATCH)$",
    "^(?:INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$",
    "^ERR_SSL_",
    "^ERR_TLS_HANDSHAKE_TIMEOUT$",
    "^HPE_",
  ].join("|"),
);

/** True if an error is of a connection, not of a file or of a program that this process starts. */
export function isOfConnection(error: unknown): boolean {
  // Node tries each address of a name, and reports all that it met.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isOfConnection);
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  const syscall = "syscall" in error ? String(error.syscall) : "";
  if (syscall.startsWith("spawn")) return false;
  // A missing socket file has the code of any missing file.
  if (syscall === "connect" || syscall === "getaddrinfo") return true;
  return ofNetwork.has(error.code) || ofTlsOrHttp.test(error.code);
}

/** The message of an error. Node gives none to an error that holds one for each address it tried. */
export function saidOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(messageOf).join(", ") : error.message;
}
