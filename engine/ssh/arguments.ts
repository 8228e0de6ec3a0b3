const connectSeconds = 30;
/** A connection that went silent, as after a sleep of this machine, ends within three of these. */
const aliveSeconds = 15;
/** Joins its input and output to the engine's socket on the other host. */
const dialStdio = ["docker", "system", "dial-stdio"];

/**
 * The arguments of an `ssh` that joins its input and output to the engine at an address.
 *
 * @param options further options, which win over the user's own configuration
 */
export function sessionArguments(address: string, options: readonly string[] = []): string[] {
  return ["-T", ...common, ...options, ...destination(address), ...dialStdio];
}

/** The arguments of an `ssh` that logs in, goes to the background and runs nothing. */
export function loginArguments(address: string, options: readonly string[]): string[] {
  return ["-T", "-N", "-f", ...common, ...options, ...destination(address)];
}

/** The arguments of an `ssh` that has a shared login take no further session and end with its last one. */
export function stopArguments(address: string, options: readonly string[]): string[] {
  return ["-O", "stop", ...common, ...options, ...destination(address)];
}

/** What the user has set for every ssh to an engine, as Pulumi's provider reads it too. */
export function userOptions(): string[] {
  return (process.env["DOCKER_SSH_OPTS"] ?? "").split(/\s+/).filter((word) => word !== "");
}

const common = [
  // It can't ask here: nobody would see it.
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
