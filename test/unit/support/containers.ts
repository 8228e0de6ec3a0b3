import type { Deployment, Registered } from "./program.ts";

/** Types of the resources that the tests look for. */
export const containerType = "docker:index/container:Container";
export const volumeType = "docker:index/volume:Volume";
export const commandType = "command:local:Command";

/** Labels of a container, volume or network. */
export function labelsOf({ inputs }: Registered): Record<string, string> {
  const labels = (inputs["labels"] ?? []) as { label: string; value: string }[];
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

/** Environment of a command. */
export function environmentOf({ inputs }: Registered): Record<string, string> {
  return inputs["environment"] as Record<string, string>;
}

/** Files that a command writes into a volume, by path. */
export function filesOf(content: Registered): Record<string, { content: string; mode: number; uid: number }> {
  const files = JSON.parse(String(content.inputs["stdin"])) as {
    path: string;
    content: string;
    mode: number;
    uid: number;
  }[];
  return Object.fromEntries(files.map(({ path, ...file }) => [path, file]));
}

/** The command that writes a service's configuration, or a version of it, e.g. of `infrastructure-mysql-config`. */
export function configOf(deployment: Deployment, name: string): Registered {
  const written = new RegExp(`^${name}(?:-[0-9a-f]{8})?-content$`);
  const [command, ...others] = deployment.ofType(commandType).filter((each) => written.test(each.name));
  if (command === undefined || others.length > 0) throw new Error(`not one configuration ${name}`);
  return command;
}

/** Logical names of the releases that a deployment has, e.g. `application-blue-1a2b3c4d`. */
export function releasesOf(deployment: Deployment): string[] {
  return deployment.ofType("webnet:release:Release").map(({ name }) => name);
}

/** A container's own networks, with its names there. A container that joins another's network has none. */
export function attachmentsOf({ inputs }: Registered): { name: string; aliases?: string[] }[] {
  return (inputs["networksAdvanced"] ?? []) as { name: string; aliases?: string[] }[];
}

/** All names of containers on the network. A container that joins another's has none. */
export function namesOnTheNetwork(deployment: Deployment): string[] {
  return deployment
    .ofType(containerType)
    .flatMap((container) =>
      attachmentsOf(container).flatMap(({ aliases = [] }) => [String(container.inputs["name"]), ...aliases]),
    );
}

/** nginx's container, by its role: its name has a hash, as another one replaces it. */
export function gatewayOf(deployment: Deployment): Registered {
  const [gateway, ...others] = deployment
    .ofType(containerType)
    .filter((container) => labelsOf(container)["webnet.role"] === "gateway");
  if (gateway === undefined || others.length > 0) throw new Error("not one gateway");
  return gateway;
}
