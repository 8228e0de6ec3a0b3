/** Where backends, and the gateway, have the volume that tells which release serves. */
export const servingDirectory = "/run/webnet";

/** The file in it that holds the id of that release. */
export const servingFile = `${servingDirectory}/serving`;

/**
 * By what a backend knows whether it serves: it does when the file holds its own id. One file for all, so that a switch is
 * one step in which the one release gets what the other loses.
 *
 * @param release its id; empty where the id is still to be made of the rest
 */
export function servingEnvironment(release: string): Record<string, string> {
  return { WEBNET_RELEASE: release, WEBNET_SERVING_FILE: servingFile };
}
