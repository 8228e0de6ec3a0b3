import type { Settings } from "./parse.ts";

/** The registry of images without a host name. */
const dockerHub = "docker.io";

/** Every name of Docker Hub: people write one, the engine and its provider look up another. */
const dockerHubNames = [
  dockerHub,
  "index.docker.io",
  "registry-1.docker.io",
  "registry.hub.docker.com",
  "hub.docker.com",
];

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

/** The one name that stands for all spellings of a registry. */
export function registryName(address: string): string {
  return dockerHubNames.includes(address) ? dockerHub : address;
}

/** The registry that an image comes from: Docker Hub, unless its name begins with a host. */
export function registryOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost ? registryName(first) : dockerHub;
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
