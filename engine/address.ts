/** Where Docker listens unless it is told otherwise. */
export const defaultHost = "unix:///var/run/docker.sock";

/**
 * The address of the engine that everything of a platform goes to: the checks, the provider and the scripts. Each has
 * defaults of its own beyond these, which would lead them to different engines.
 *
 * @param host the setting `engine.host`
 * @param environment where `DOCKER_HOST` may stand. Default: this process's
 */
export function engineAddress(
  host: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const given = host ?? environment["DOCKER_HOST"] ?? "";
  return given === "" ? defaultHost : given;
}
