/** Why an `ssh` ended. */
export type SshFailureKind =
  /** The server accepts no further login for now, as by its `MaxStartups`. It has not checked any key yet. */
  | "refused"
  /** The shared login accepts no further session, by the server's `MaxSessions`. */
  | "full"
  /** The shared login is not there, or does not answer. */
  | "gone"
  /** Any other reason. Trying again does not help. */
  | "final";

/** The engine can't be reached by ssh; with ssh's own words. */
export class SshFailure extends Error {
  /** The reason, usually in ssh's own words. */
  readonly said: string;
  readonly kind: SshFailureKind;

  constructor(address: string, said: string, kind: SshFailureKind = kindOf(said)) {
    super(`the engine at ${address} can't be reached: ${said}`);
    this.said = said;
    this.kind = kind;
  }
}

// Matches only refusals before the key exchange: an attempt that gets as far as the keys counts as a failed login.
const beforeLogin =
  /(?:kex|ssh)_exchange_identification|[Bb]anner exchange|Not allowed at this time|Exceeded MaxStartups/;

function kindOf(said: string): SshFailureKind {
  if (/session request failed|Session open refused/.test(said)) return "full";
  return beforeLogin.test(said) ? "refused" : "final";
}
