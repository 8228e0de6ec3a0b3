import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
import { publishedAddresses } from "../settings/addresses.ts";
import { setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import { roleOf, roles, stackOf } from "../workload/labels.ts";

/** What the look at the platform's network found. */
export interface NetworkFinding {
  /** Id of the network to adopt, if there is one. */
  existingId?: string;
  problems: Problem[];
}

/**
 * Looks for a network of the configured name. webnet never takes over a network of others silently, never takes one of
 * another stack, and never moves a running stack to another network.
 *
 * @param containers all of the engine's
 */
export async function inspectNetwork(
  docker: Docker,
  settings: Settings,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): Promise<NetworkFinding> {
  const { name, adopt } = settings.network;
  const moving = moved(settings, stack, containers);
  if (moving !== undefined) return { problems: [moving] };
  const found = await docker.listNetworks({ filters: { name: [name] } });
  const network = found.find((candidate) => candidate.Name === name);
  const owner = network && stackOf(network);
  if (owner !== undefined && owner !== stack) return { problems: [anothers(stack, name, owner)] };
  if (adopt) {
    if (network === undefined) return { problems: [missing(stack, name)] };
    if (owner === stack) return { problems: [itsOwn(stack, name)] };
    return { existingId: network.Id, problems: unreachable(settings, stack, network) };
  }
  if (network === undefined) return { problems: [] };
  return { problems: owner === stack ? unreachable(settings, stack, network) : [notOurs(stack, name)] };
}

/** A move makes every container anew at once: no client gets an answer until the last one is healthy. */
function moved(
  { network }: Settings,
  stack: string,
  containers: readonly Docker.ContainerInfo[],
): Problem | undefined {
  const elsewhere = containers.flatMap((container) => {
    const { NetworkSettings } = container;
    if (stackOf(container) !== stack || roleOf(container) === roles.copy) return [];
    // A container in another's network namespace lists no network. A copy is on none.
    const names = Object.keys(NetworkSettings.Networks);
    const others = names.filter((name) => name !== network.name && name !== "none");
    return names.includes(network.name) || others[0] === undefined ? [] : [{ container, on: others[0] }];
  });
  const [first] = elsewhere;
  if (first === undefined) return undefined;
  const path = ["network", "name"];
  return {
    at: "webnet:network.name",
    got: network.name,
    what:
      `the stack runs on the network ${first.on} (${containerName(first.container)}): with another one every container ` +
      "would be made anew, MySQL and the gateway included",
    allowed: `${first.on}, while the stack runs; how to move it all the same: docs/operations.md, "Another network"`,
    fix: [setCommand(stack, path, first.on)],
  };
}

function anothers(stack: string, name: string, owner: string): Problem {
  return {
    at: "webnet:network.name",
    got: name,
    what: `the network of this name belongs to the stack ${owner}, whose platform runs on it`,
    allowed: "a name that is free: two stacks never share a network",
    fix: [
      setCommand(stack, ["network", "name"], `webnet-${stack}`),
      setCommand(stack, ["network", "adopt"], "false"),
    ],
  };
}

/**
 * On a network with IPv6 the engine passes IPv6 connections to the container's own IPv6 address, where nothing of ours
 * listens. Our own networks have no IPv6, unless the engine gives it to every new one (`default-network-opts`). On a
 * network without IPv6 the engine's proxy takes the connections.
 */
function unreachable(settings: Settings, stack: string, network: Docker.NetworkInspectInfo): Problem[] {
  if (!network.EnableIPv6) return [];
  const areas = ["gateway", "mysql", "monitoring"] as const;
  return areas.flatMap((area) => {
    const { bindAddress } = settings[area];
    const isSix = publishedAddresses(bindAddress).some((address) => address.includes(":"));
    if (!isSix || (area === "mysql" && settings.mysql.port === undefined)) return [];
    return {
      at: `webnet:${area}.bindAddress`,
      got: bindAddress,
      what: `the network ${network.Name} has IPv6, by which nobody would be answered: what runs in it listens by IPv4`,
      allowed: "an address of IPv4 here, or a network without IPv6",
      fix: [setCommand(stack, [area, "bindAddress"], "0.0.0.0")],
    };
  });
}

function missing(stack: string, name: string): Problem {
  return {
    at: "webnet:network.adopt",
    got: "true",
    what: `there is no network ${name} on the engine to be adopted`,
    allowed: "the name of a network that is there, or adopt: false to have it made",
    fix: [setCommand(stack, ["network", "adopt"], "false")],
  };
}

function itsOwn(stack: string, name: string): Problem {
  return {
    at: "webnet:network.adopt",
    got: "true",
    what: `the network ${name} is this stack's own: adopting it would have the update remove it from under what runs`,
    allowed: "false, for a network that the stack made itself",
    fix: [setCommand(stack, ["network", "adopt"], "false")],
  };
}

function notOurs(stack: string, name: string): Problem {
  return {
    at: "webnet:network.name",
    got: name,
    what: "a network of this name is on the engine and isn't ours",
    allowed: "a name that is free, or a network that is to be adopted as it is",
    fix: [setCommand(stack, ["network", "name"], "<name>"), setCommand(stack, ["network", "adopt"], "true")],
  };
}
