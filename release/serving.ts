/** Where backends and the gateway mount the volume that tells which release serves. */
export const servingDirectory = "/run/webnet";

/** The file in it that holds the id of that release. */
export const servingFile = `${servingDirectory}/serving`;

/**
 * Tells a backend that it is a further container of its release: what is to be done once is the first one's to do, which
 * is told nothing.
 */
export function replicaEnvironment(replica: number): Record<string, string> {
  return replica === 1 ? {} : { WEBNET_REPLICA: String(replica) };
}

/**
 * Tells a backend how to find out whether it serves: it does if the file holds its own id. All backends share one file,
 * so a switch is one step: the one release gets what the other loses.
 *
 * @param release its id; empty while webnet computes the id from the rest
 */
export function servingEnvironment(release: string): Record<string, string> {
  return { WEBNET_RELEASE: release, WEBNET_SERVING_FILE: servingFile };
}
