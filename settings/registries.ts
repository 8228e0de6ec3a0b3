import type { Settings } from "./parse.ts";

/** The registry of images without a host name. */
export const dockerHub = "docker.io";

/** Every name that Docker Hub goes by: people write the one, the engine and its provider look up another. */
const dockerHubNames = [
  dockerHub,
  "index.docker.io",
  "registry-1.docker.io",
  "registry.hub.docker.com",
  "hub.docker.com",
];

/** What the engine calls Docker Hub where it is told who asks. */
const dockerHubServer = "https://index.docker.io/v1/";

/** Who asks a registry for images. */
export interface RegistryLogin {
  /** As the stack config has it. */
  address: string;
  username: string;
  /** In plain text: whoever hands it to a resource wraps it in `pulumi.secret`. */
  password: string;
}

/** Everybody whom the stack config names. */
export function registryLogins(settings: Settings): RegistryLogin[] {
  const { registry, registryPassword, registries = [], registryPasswords = {} } = settings;
  return [
    ...(registry ? [{ ...registry, password: registryPassword ?? "" }] : []),
    ...registries.map((one) => ({ ...one, password: registryPasswords[one.address] ?? "" })),
  ];
}

/** The one name of a registry that may be written in several ways. */
export function registryName(address: string): string {
  return dockerHubNames.includes(address) ? dockerHub : address;
}

/** The registry that an image comes from: Docker Hub, unless its name begins with a host. */
export function registryOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost ? registryName(first) : dockerHub;
}

/** Who asks for an image; undefined where nobody's name is known. */
export function loginFor(reference: string, logins: readonly RegistryLogin[]): RegistryLogin | undefined {
  return logins.find(({ address }) => registryName(address) === registryOf(reference));
}

/** The addresses under which the provider looks a login up, by how an image is written. */
export function providerAddresses(address: string): string[] {
  return registryName(address) === dockerHub
    ? ["registry-1.docker.io", "docker.io", "index.docker.io"]
    : [address];
}

/** A registry's address as the engine's API takes it with a login. */
export function serverAddress(address: string): string {
  return registryName(address) === dockerHub ? dockerHubServer : address;
}
