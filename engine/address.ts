/** The socket on which Docker listens by default. */
export const defaultHost = "unix:///var/run/docker.sock";

/**
 * The address of the one engine that the checks, the provider and the scripts of a platform all use. Each of them also
 * has defaults of its own, which would lead them to different engines.
 *
 * @param host the setting `engine.host`
 * @param environment the variables, of which `DOCKER_HOST` is read. Default: this process's
 */
export function engineAddress(
  host: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const given = host ?? environment["DOCKER_HOST"] ?? "";
  return given === "" ? defaultHost : given;
}
