import type Docker from "dockerode";
import { runningGateway } from "../../deploy/gateway/live.ts";
import { servingReleases } from "../../deploy/gateway/record.ts";
import { containerName } from "../../engine/containers.ts";
import { gatewayContainerName } from "../../workload/names.ts";
import type { Target } from "../target.ts";

/** A container of the stack, known by its labels. */
export interface FoundContainer {
  id: string;
  name: string;
  role: string;
  /** Empty for all that isn't part of a release. */
  release: string;
  running: boolean;
  /** Whether it ever ran. */
  started: boolean;
}

/** What the gateway says of itself. */
export type RouteFinding =
  /** There is no gateway that ever ran, or it has never routed to a release. */
  | { kind: "none" }
  /** There is one, and it doesn't answer: nobody knows what it serves when it comes back. */
  | { kind: "unknown"; reason: string }
  | {
      kind: "routed";
      active: string;
      /** Every release that clients are sent to, a canary's included. */
      serving: readonly string[];
      /** Whether the gateway has a note that this route was given up. */
      unrouted: boolean;
    };

/** What the engine has of a stack. */
export interface EngineFacts {
  containers: readonly FoundContainer[];
  networks: readonly { id: string; name: string; used: boolean }[];
  route: RouteFinding;
}

/** Asks the engine and the gateway. */
export async function engineFacts(target: Target): Promise<EngineFacts> {
  const docker = target.docker();
  const filters = { label: [`webnet.stack=${target.stack}`] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const details = await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).inspect()));
  const found = containers.map(describeContainer);
  return {
    containers: found,
    networks: details.map(({ Id, Name, Containers }) => ({
      id: Id,
      name: Name,
      used: Object.keys(Containers ?? {}).length > 0,
    })),
    route: await findRoute(docker, gatewayContainerName(target.prefix), found),
  };
}

async function findRoute(
  docker: Docker,
  name: string,
  containers: readonly FoundContainer[],
): Promise<RouteFinding> {
  const container = containers.find((candidate) => candidate.name === name);
  if (container?.started !== true) return { kind: "none" };
  try {
    const running = await runningGateway(docker, name);
    if (running === undefined) return { kind: "unknown", reason: `${name} doesn't run` };
    const { gateway } = running;
    const record = await gateway.servingRecord();
    const { active } = record;
    if (active === undefined) return { kind: "none" };
    return {
      kind: "routed",
      active,
      serving: servingReleases(record),
      unrouted: await gateway.wasUnrouted(),
    };
  } catch (error) {
    return { kind: "unknown", reason: error instanceof Error ? error.message : String(error) };
  }
}

function describeContainer(container: Docker.ContainerInfo): FoundContainer {
  const { Id, Labels, State } = container;
  return {
    id: Id,
    name: containerName(container),
    role: Labels["webnet.role"] ?? "",
    release: Labels["webnet.release"] ?? "",
    running: State === "running",
    started: State !== "created",
  };
}
