import type { Settings } from "./parse.ts";
import { dockerHub, registryName, registryOf } from "./registry-names.ts";

/** The engine's name for Docker Hub in a login. */
const dockerHubServer = "https://index.docker.io/v1/";

/** A login for a registry. */
export interface RegistryLogin {
  /** As the stack config has it. */
  address: string;
  username: string;
  /** In plain text: wrap it in `pulumi.secret` before a resource gets it. */
  password: string;
}

/** Every login in the stack config. */
export function registryLogins(settings: Settings): RegistryLogin[] {
  const { registry, registryPassword, registries = [], registryPasswords = {} } = settings;
  return [
    ...(registry ? [{ ...registry, password: registryPassword ?? "" }] : []),
    ...registries.map((one) => ({ ...one, password: registryPasswords[one.address] ?? "" })),
  ];
}

/** The login for an image; undefined if the stack config has none. */
export function loginFor(reference: string, logins: readonly RegistryLogin[]): RegistryLogin | undefined {
  return logins.find(({ address }) => registryName(address) === registryOf(reference));
}

/** The addresses under which the provider looks up a login, depending on how an image is written. */
export function providerAddresses(address: string): string[] {
  return registryName(address) === dockerHub
    ? ["registry-1.docker.io", "docker.io", "index.docker.io"]
    : [address];
}

/** The address that the engine's API takes with a login. */
export function serverAddress(address: string): string {
  return registryName(address) === dockerHub ? dockerHubServer : address;
}
