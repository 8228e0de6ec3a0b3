const connectSeconds = 30;
/** A connection that falls silent, as after this machine slept, ends within three of these intervals. */
const aliveSeconds = 15;
/** Connects its input and output to the engine's socket on the other host. */
const dialStdio = ["docker", "system", "dial-stdio"];

/**
 * The arguments of an `ssh` that connects its input and output to the engine at an address.
 *
 * @param options further options, which win over the user's own. Default: none
 */
export function sessionArguments(address: string, options: readonly string[] = []): string[] {
  return ["-T", ...common, ...options, ...destination(address), ...dialStdio];
}

/** The arguments of an `ssh` that logs in, goes to the background and runs nothing. */
export function loginArguments(address: string, options: readonly string[]): string[] {
  return ["-T", "-N", "-f", ...common, ...options, ...destination(address)];
}

/** The arguments of an `ssh` that closes a shared login to further sessions; the login ends with its last one. */
export function stopArguments(address: string, options: readonly string[]): string[] {
  return ["-O", "stop", ...common, ...options, ...destination(address)];
}

/** The user's options for every ssh to an engine (`DOCKER_SSH_OPTS`), which Pulumi's provider reads too. */
export function userOptions(): string[] {
  return (process.env["DOCKER_SSH_OPTS"] ?? "").split(/\s+/).filter((word) => word !== "");
}

const common = [
  // ssh must not ask for a password: the operator would not see the question.
  ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${connectSeconds}`],
  ...["-o", `ServerAliveInterval=${aliveSeconds}`, "-o", "ServerAliveCountMax=3"],
];

function destination(address: string): string[] {
  const { username, hostname, port } = new URL(address);
  return [
    ...userOptions(),
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    "--",
    hostname.replaceAll(/[[\]]/g, ""),
  ];
}
