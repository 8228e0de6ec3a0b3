import type Docker from "dockerode";
import { isGateway, isStranded, publicGateways, runningGateway } from "../../gateway/live.ts";
import { servingReleases } from "../../gateway/record.ts";
import { containerName, isStopped } from "../../engine/containers.ts";
import type { Target } from "../target.ts";
import { messageOf } from "../../host/message.ts";
import { ofStack, releaseOf, roleOf, roles } from "../../workload/labels.ts";
import { isOurs } from "../../workload/ours.ts";

/** A container of the stack, found by its labels. */
export interface FoundContainer {
  id: string;
  name: string;
  role: string;
  /** Empty if the container isn't part of a release. */
  release: string;
  running: boolean;
  /** True if the container ever ran. */
  started: boolean;
  /** True if the container doesn't run, and the engine won't start it by itself. */
  stopped: boolean;
  /** True for a gateway that takes no connections from outside while another gateway does. */
  idle: boolean;
  /** True for a gateway in the network of an edge that is gone: no client can reach it any more. */
  stranded: boolean;
}

/** What the gateway says about its route. */
export type RouteFinding =
  /** No gateway ever ran, or the gateway routes to no release. */
  | { kind: "none" }
  /** The gateway doesn't answer: what it will serve when it comes back is unknown. */
  | { kind: "unknown"; reason: string }
  | {
      kind: "routed";
      active: string;
      /** Every release that gets traffic, including a canary's. */
      serving: readonly string[];
      /** True if the gateway has a note that its route was given up. */
      unrouted: boolean;
    };

/** What the engine and the gateway know of a stack. */
export interface EngineFacts {
  containers: readonly FoundContainer[];
  networks: readonly { id: string; name: string; used: boolean }[];
  route: RouteFinding;
}

/** Asks the engine and the gateway about the stack. */
export async function engineFacts(target: Target): Promise<EngineFacts> {
  const docker = target.docker();
  const filters = { label: ofStack(target.stack) };
  const [labelled, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const containers = labelled.filter((one) => isOurs(target.stack, one));
  const details = await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).inspect()));
  const serving = (await publicGateways(docker, target.stack)).map(({ gateway }) => gateway.container.id);
  const found = containers.map((container) => ({
    ...describeContainer(container),
    idle: isGateway(container) && serving.length > 0 && !serving.includes(container.Id),
    stranded: isStranded(container, containers),
  }));
  return {
    containers: found,
    networks: details.map(({ Id, Name, Containers }) => ({
      id: Id,
      name: Name,
      used: Object.keys(Containers ?? {}).length > 0,
    })),
    route: await findRoute(docker, target.stack, found),
  };
}

async function findRoute(
  docker: Docker,
  stack: string,
  containers: readonly FoundContainer[],
): Promise<RouteFinding> {
  const [known] = containers.filter(({ role, started }) => role === roles.gateway && started);
  if (known === undefined) return { kind: "none" };
  try {
    const running = await runningGateway(docker, stack);
    if (running === undefined) return { kind: "unknown", reason: `${known.name} doesn't run` };
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
    return { kind: "unknown", reason: messageOf(error) };
  }
}

function describeContainer(container: Docker.ContainerInfo): Omit<FoundContainer, "idle" | "stranded"> {
  const { Id, State } = container;
  return {
    id: Id,
    name: containerName(container),
    role: roleOf(container),
    release: releaseOf(container),
    running: State === "running",
    started: State !== "created",
    stopped: isStopped(container),
  };
}
