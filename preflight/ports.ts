import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { isEvery, overlap, publishedAddresses } from "../settings/addresses.ts";
import type { Settings } from "../settings/index.ts";
import { runningFacts } from "../settings/services.ts";
import { valueAt } from "../settings/shape.ts";
import type { Problem } from "../settings/problem.ts";
import { viewOfHost } from "./host-ports.ts";
import { explained, held, takenOnHost, unseen, type WantedPort } from "./port-problems.ts";
import { imageThere, networkOf, publishing, type Engine } from "./publishing.ts";
import { copyLabels, roleOf, roles, stackOf } from "../workload/labels.ts";

/** Every port that the platform publishes on its host. */
export function publishedPorts(settings: Settings): WantedPort[] {
  return runningFacts.flatMap(({ role, published = [], publishers = [role] }) =>
    published.flatMap((own) => {
      const port = valueAt(settings, own.port) as number | undefined;
      if (port === undefined) return [];
      const address = valueAt(settings, own.address) as string;
      return [{ path: [...own.port], port, addressPath: [...own.address], address, publishers }];
    }),
  );
}

/**
 * Finds ports that the engine can't publish: another container or a program of the host holds them, or the host lacks
 * the address. It doesn't ask about what the stack publishes already in the same way.
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
    if (roleOf(container) === roles.copy) return [];
    const held = publishedBy(container, wanted.port).filter((IP) => isHeld(IP, wanted.address));
    return held.length === 0 ? [] : [{ container, held }];
  });
  const other = holders.find(({ container }) => !mayHold(container, wanted, stack));
  if (other !== undefined) return [held(stack, wanted, other.container)];
  const ownAddresses = holders.flatMap(({ held: addresses }) => addresses);
  const [own] = holders;
  // Before any trial: a trial itself listens for a moment.
  const further = own === undefined ? [] : await inspectFurther(engine, wanted, own.container, ownAddresses);
  if (further.length > 0) return further;
  const network = networkOf(settings, stack, containers);
  const tried = publishedAddresses(wanted.address)
    .filter((address) => !ownAddresses.includes(address))
    .map(async (address): Promise<Problem[]> => {
      // If our own container holds an overlapping address, the port can't be tried while that container runs.
      const isOurs = ownAddresses.some((own) => !own || overlap(own, address));
      const port = isOurs ? undefined : wanted.port;
      const trial = { network, address, port, labels: copyLabels({ stack }) };
      const answer = await publishing(engine, trial);
      if (!("refusal" in answer) || (await isOwnBetweenStarts(engine, { ...wanted, address }))) return [];
      return [explained(stack, { ...wanted, address }, answer.refusal)];
    });
  return (await Promise.all(tried)).flat();
}

/** A port binding of a container. An empty address stands for all addresses of the host. */
interface Binding {
  HostIp?: string;
  HostPort: string;
}

/**
 * True if one of the stack's own restarting containers is to have the port. While it waits for its next start, the
 * engine's list shows no port of it, and it may hold the port again by the time of a trial.
 */
async function isOwnBetweenStarts(
  { docker, stack, containers }: Engine,
  wanted: WantedPort,
): Promise<boolean> {
  const own = containers.filter(
    (container) => container.State === "restarting" && mayHold(container, wanted, stack),
  );
  const bindings = await Promise.all(
    own.map(async ({ Id }) => {
      const inspected = await orMissing(docker.getContainer(Id).inspect());
      return Object.values((inspected?.HostConfig.PortBindings ?? {}) as Record<string, Binding[]>).flat();
    }),
  );
  return bindings
    .flat()
    .some(({ HostIp, HostPort }) => Number(HostPort) === wanted.port && isHeld(HostIp, wanted.address));
}

/**
 * Looks at the host itself if the stack's own container has the port on some addresses and the settings want every one.
 * The engine can't try the port then, and another holder would show only when that container is gone.
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
    labels: copyLabels({ stack }),
  };
  const view = await viewOfHost(docker, settings, { port, addresses, own, published }, from);
  if ("unseen" in view) return [unseen(stack, wanted, holder, view.unseen)];
  return view.inTheWay.map((address) => takenOnHost(stack, { ...wanted, address }));
}

/** Addresses on which a container publishes a TCP port; undefined stands for all of them. */
function publishedBy({ Ports }: Docker.ContainerInfo, port: number): (string | undefined)[] {
  return Ports.filter(({ Type, PublicPort }) => Type === "tcp" && PublicPort === port).map(({ IP }) => IP);
}

function mayHold(container: Docker.ContainerInfo, { publishers }: WantedPort, stack: string): boolean {
  return stackOf(container) === stack && publishers.includes(roleOf(container));
}

/** One without an address is published on all. */
function isHeld(held: string | undefined, wanted: string): boolean {
  return !held || publishedAddresses(wanted).some((address) => overlap(held, address));
}
