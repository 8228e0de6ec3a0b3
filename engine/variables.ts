/** A variable that makes the provider and the checks or scripts use different engines. */
export interface StrayVariable {
  name: string;
  why: string;
}

/**
 * Finds the variables that would make Pulumi's Docker provider use another engine than the checks and the scripts of a
 * deploy, or reach it in another way: not all of them read the same variables.
 *
 * @param address the engine's address
 */
export function strayVariables(
  address: string,
  environment: Readonly<Record<string, string | undefined>>,
): StrayVariable[] {
  const isSet = (name: string): boolean => (environment[name] ?? "") !== "";
  const only = "Pulumi's provider goes by it, the checks and the scripts of a deploy don't";
  const always = ["DOCKER_CONTEXT", "DOCKER_CA_MATERIAL", "DOCKER_CERT_MATERIAL", "DOCKER_KEY_MATERIAL"];
  const found = always.filter(isSet).map((name) => ({ name, why: only }));
  const path = {
    name: "DOCKER_CERT_PATH",
    why: "Pulumi's provider takes it for TLS whatever the address is",
  };
  if (!address.startsWith("tcp://")) return isSet(path.name) ? [...found, path] : found;
  if (isSet("DOCKER_PATH_PREFIX"))
    found.push({
      name: "DOCKER_PATH_PREFIX",
      why: "the checks and scripts go by it, Pulumi's provider doesn't",
    });
  const verifies = environment["DOCKER_TLS_VERIFY"] === "1";
  if (isSet(path.name) !== verifies) {
    const [given, missing] = verifies ? ["DOCKER_TLS_VERIFY", path.name] : [path.name, "DOCKER_TLS_VERIFY=1"];
    found.push({
      name: given,
      why: `Pulumi's provider and the checks agree on TLS only with ${missing} besides`,
    });
  }
  return found;
}
