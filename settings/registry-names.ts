/** The registry of images without a host name. */
export const dockerHub = "docker.io";

/** Every name of Docker Hub: people write one, the engine and its provider look up another. */
const dockerHubNames = [
  dockerHub,
  "index.docker.io",
  "registry-1.docker.io",
  "registry.hub.docker.com",
  "hub.docker.com",
];

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
