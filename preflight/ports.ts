import { createServer } from "node:net";
import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { refusalToPublish, type PublishTrial } from "../engine/publish-trial.ts";
import { isEvery, overlap, publishedAddresses } from "../settings/addresses.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import { platformLabels } from "../workload/platform.ts";
import { engineIsHere } from "./host.ts";
import { viewOfHost } from "./host-ports.ts";
import { explained, held, takenOnHost, unseen, type WantedPort } from "./port-problems.ts";

/** What is asked, and for which stack. */
interface Engine {
  docker: Docker;
  settings: Settings;
  stack: string;
  /** All of the engine's. */
  containers: readonly Docker.ContainerInfo[];
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
  const engine = { docker, settings, stack, containers };
  return (await Promise.all(publishedPorts(settings).map((wanted) => inspectPort(engine, wanted)))).flat();
}

async function inspectPort(engine: Engine, wanted: WantedPort): Promise<Problem[]> {
  const { settings, stack, containers } = engine;
  const holders = containers.flatMap((container) => {
    if (container.Labels["webnet.role"] === "copy") return [];
    const held = publishedBy(container, wanted.port).filter((IP) => isHeld(IP, wanted.address));
    return held.length === 0 ? [] : [{ container, held }];
  });
  const other = holders.find(({ container }) => !mayHold(container, wanted, stack));
  if (other !== undefined) return [held(stack, wanted, other.container)];
  const ownAddresses = holders.flatMap(({ held: addresses }) => addresses);
  const [own] = holders;
  // Before any trial, which for a moment listens itself.
  const further = own === undefined ? [] : await inspectFurther(engine, wanted, own.container, ownAddresses);
  if (further.length > 0) return further;
  const network = networkOf(settings, stack, containers);
  const tried = publishedAddresses(wanted.address)
    .filter((address) => !ownAddresses.includes(address))
    .map(async (address): Promise<Problem[]> => {
      // With every address wanted and one of them our own, the port can't be tried while what has it runs.
      const isOurs = ownAddresses.some((own) => !own || overlap(own, address));
      const port = isOurs ? undefined : wanted.port;
      const trial = { network, address, port, labels: platformLabels({ stack }, "copy") };
      const refusal = await refused(engine, trial);
      return refusal === undefined ? [] : [explained(stack, { ...wanted, address }, refusal)];
    });
  return (await Promise.all(tried)).flat();
}

/**
 * Looks at the host itself where the stack's own container has the port on some addresses, and every one is wanted: the
 * engine can't try it there, and who has another of them would be noticed when that container is gone.
 */
async function inspectFurther(
  { docker, settings, stack, containers }: Engine,
  wanted: WantedPort,
  holder: Docker.ContainerInfo,
  ownAddresses: readonly (string | undefined)[],
): Promise<Problem[]> {
  const own = ownAddresses.flatMap((address) => (address ? [address] : []));
  // One without an address is published on all.
  if (own.length < ownAddresses.length) return [];
  const addresses = publishedAddresses(wanted.address).filter(
    (address) => isEvery(address) && !own.includes(address) && own.some((held) => overlap(held, address)),
  );
  if (addresses.length === 0) return [];
  const { port } = wanted;
  const published = containers.flatMap((container) => publishedBy(container, port));
  const from = {
    image: imageThere(stack, containers) ?? holder.ImageID,
    labels: platformLabels({ stack }, "copy"),
  };
  const view = await viewOfHost(docker, settings, { port, addresses, own, published }, from);
  if ("unseen" in view) return [unseen(stack, wanted, holder, view.unseen)];
  return view.inTheWay.map((address) => takenOnHost(stack, { ...wanted, address }));
}

/** The image of the stack's gateway, which the engine keeps while a container of it runs. */
function imageThere(stack: string, containers: readonly Docker.ContainerInfo[]): string | undefined {
  return containers.find(
    ({ Labels, State }) =>
      Labels["webnet.stack"] === stack &&
      ["edge", "gateway"].includes(Labels["webnet.role"] ?? "") &&
      State === "running",
  )?.ImageID;
}

/** Addresses on which a container publishes a TCP port; undefined stands for all of them. */
function publishedBy({ Ports }: Docker.ContainerInfo, port: number): (string | undefined)[] {
  return Ports.filter(({ Type, PublicPort }) => Type === "tcp" && PublicPort === port).map(({ IP }) => IP);
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
 * machine can be asked. What runs has an image that is there, also where this update brings another one.
 */
async function refused(
  { docker, settings, stack, containers }: Engine,
  trial: Omit<PublishTrial, "image">,
): Promise<string | undefined> {
  const [image, network] = await Promise.all([
    imageThere(stack, containers) ??
      orMissing(docker.getImage(settings.images.nginx).inspect()).then((found) => found?.Id),
    orMissing(docker.getNetwork(trial.network).inspect()),
  ]);
  if (image !== undefined && network !== undefined)
    return await refusalToPublish(docker, { ...trial, image });
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
