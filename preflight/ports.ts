import { createServer } from "node:net";
import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { containerName } from "../engine/containers.ts";
import { refusalToPublish, type PublishTrial } from "../engine/publish-trial.ts";
import { overlap, publishedAddresses } from "../settings/addresses.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import { platformLabels } from "../workload/platform.ts";

interface WantedPort {
  path: string[];
  port: number;
  addressPath: string[];
  address: string;
  /** Roles of the stack's containers that may hold it now: what is to have it takes it over from them. */
  roles: readonly string[];
}

/** Every port that the platform publishes on its host. */
export function publishedPorts({ gateway, monitoring, mysql }: Settings): WantedPort[] {
  const wanted = (service: string, key: string, port: number, address: string, roles: readonly string[]) => ({
    path: [service, key],
    port,
    addressPath: [service, "bindAddress"],
    address,
    roles,
  });
  return [
    wanted("gateway", "httpPort", gateway.httpPort, gateway.bindAddress, ["edge", "gateway"]),
    wanted("monitoring", "prometheusPort", monitoring.prometheusPort, monitoring.bindAddress, ["prometheus"]),
    ...(mysql.port === undefined ? [] : [wanted("mysql", "port", mysql.port, mysql.bindAddress, ["mysql"])]),
  ];
}

/**
 * Finds ports that the engine could not publish: another container or program of its host holds them, or the host lacks
 * the address. What is published already, just so, is not asked about.
 *
 * @param containers all of the engine's
 */
export async function inspectPorts(
  docker: Docker,
  settings: Settings,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): Promise<Problem[]> {
  const network = networkOf(settings, stack, containers);
  const inspected = publishedPorts(settings).map(async (wanted): Promise<Problem[]> => {
    const holders = containers.flatMap((container) => {
      if (container.Labels["webnet.role"] === "copy") return [];
      const held = container.Ports.filter(
        ({ Type, PublicPort, IP }) =>
          Type === "tcp" && PublicPort === wanted.port && isHeld(IP, wanted.address),
      );
      return held.length === 0 ? [] : [{ container, held }];
    });
    const other = holders.find(({ container }) => !mayHold(container, wanted, stack));
    if (other !== undefined) return [held(stack, wanted, other.container)];
    const ownAddresses = holders.flatMap(({ held: ports }) => ports.map(({ IP }) => IP));
    const tried = publishedAddresses(wanted.address)
      .filter((address) => !ownAddresses.includes(address))
      .map(async (address): Promise<Problem[]> => {
        // With every address wanted and one of them our own, the port can't be tried while what has it runs.
        const isOurs = ownAddresses.some((own) => !own || overlap(own, address));
        const port = isOurs ? undefined : wanted.port;
        const trial = { network, address, port, labels: platformLabels({ stack }, "copy") };
        const refusal = await refused(docker, settings, trial);
        return refusal === undefined ? [] : [explained(stack, { ...wanted, address }, refusal)];
      });
    return (await Promise.all(tried)).flat();
  });
  return (await Promise.all(inspected)).flat();
}

/** Whether the engine is on this machine, as far as its address says. */
export function engineIsHere(settings: Settings): boolean {
  return (settings.engine.host ?? process.env["DOCKER_HOST"] ?? "unix://").startsWith("unix://");
}

function mayHold({ Labels }: Docker.ContainerInfo, { roles }: WantedPort, stack: string): boolean {
  return Labels["webnet.stack"] === stack && roles.includes(Labels["webnet.role"] ?? "");
}

/** One without an address is published on all. */
function isHeld(held: string | undefined, wanted: string): boolean {
  return !held || publishedAddresses(wanted).some((address) => overlap(held, address));
}

/**
 * Asks the engine itself. Without the gateway's image, or without any network, nothing of ours runs yet, and only this
 * machine can be asked.
 */
async function refused(
  docker: Docker,
  settings: Settings,
  trial: Omit<PublishTrial, "image">,
): Promise<string | undefined> {
  const [image, network] = await Promise.all([
    orMissing(docker.getImage(settings.images.nginx).inspect()),
    orMissing(docker.getNetwork(trial.network).inspect()),
  ]);
  if (image !== undefined && network !== undefined)
    return await refusalToPublish(docker, { ...trial, image: image.Id });
  return engineIsHere(settings) ? await refusalHere(trial.address, trial.port ?? 0) : undefined;
}

/** The network that the stack runs on already, as far as it does. */
function networkOf(settings: Settings, stack: string, containers: readonly Docker.ContainerInfo[]): string {
  const { name } = settings.network;
  const isThere = containers.some(
    ({ Labels, NetworkSettings }) =>
      Labels["webnet.stack"] === stack && Object.keys(NetworkSettings.Networks).includes(name),
  );
  return isThere ? name : "bridge";
}

async function refusalHere(address: string, port: number): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      // A port below 1024 may be closed to this user and open to the engine.
      resolve(error.code === "EACCES" ? undefined : error.message);
    });
    server.listen({ port, host: address, ipv6Only: true }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}

/** What a refusal means for the settings; one that nobody foresaw is told in its own words. */
function explained(stack: string, wanted: WantedPort, refusal: string): Problem {
  const { address, addressPath, path, port } = wanted;
  if (/cannot assign requested address|EADDRNOTAVAIL|EAFNOSUPPORT/i.test(refusal)) {
    return {
      at: configPath(addressPath),
      got: address,
      what: `the engine's host has no address ${address}${address === "::" ? ": it is without IPv6" : ""}`,
      allowed: "127.0.0.1, 0.0.0.0 or one of the host's own, as `ip address` lists them there",
      fix: [setCommand(stack, addressPath, "<address>")],
    };
  }
  const isTaken = /address already in use|EADDRINUSE|port is already allocated/i.test(refusal);
  return problem(
    wanted,
    isTaken
      ? `a program of the engine's host holds port ${port} on ${address}`
      : `the engine can't publish port ${port} on ${address}: ${refusal}`,
    [setCommand(stack, path, "<port>")],
  );
}

function held(stack: string, wanted: WantedPort, container: Docker.ContainerInfo): Problem {
  const name = containerName(container);
  const { path, port, address } = wanted;
  if (container.Labels["webnet.stack"] !== stack)
    return problem(wanted, `the container ${name} holds port ${port} on ${address}`, [
      setCommand(stack, path, "<port>"),
    ]);
  return problem(
    wanted,
    `${name} of this stack holds port ${port} on ${address}, and one update can't give it to another service`,
    [setCommand(stack, path, "<port>"), `pulumi up --stack ${stack}`, setCommand(stack, path, String(port))],
  );
}

function problem(wanted: WantedPort, what: string, fix: string[]): Problem {
  const allowed = "a port that is free on the engine's host";
  return { at: configPath(wanted.path), got: String(wanted.port), what, allowed, fix };
}
