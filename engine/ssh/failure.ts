/** Why an `ssh` ended. */
export type SshFailureKind =
  /** The server takes no further login just now, as by its `MaxStartups`: it did not ask who we are. */
  | "refused"
  /** The login that is shared takes no further session, by the server's `MaxSessions`. */
  | "full"
  /** The login that was to be shared isn't there. */
  | "gone"
  /** Anything else, which trying again doesn't mend. */
  | "final";

/** An engine that could not be reached by ssh, in ssh's own words. */
export class SshFailure extends Error {
  /** What ssh said. */
  readonly said: string;
  readonly kind: SshFailureKind;

  constructor(address: string, said: string, kind: SshFailureKind = kindOf(said)) {
    super(`the engine at ${address} can't be reached: ${said}`);
    this.said = said;
    this.kind = kind;
  }
}

// Before the key exchange only: an attempt that got as far as the keys would count as a failed login.
const beforeLogin =
  /(?:kex|ssh)_exchange_identification|[Bb]anner exchange|Not allowed at this time|Exceeded MaxStartups/;

function kindOf(said: string): SshFailureKind {
  if (/session request failed|Session open refused/.test(said)) return "full";
  return beforeLogin.test(said) ? "refused" : "final";
}
