import type Docker from "dockerode";
import { gatewayLabel, isGateway, isStranded } from "../gateway/live.ts";
import { containerName } from "../engine/containers.ts";
import { otherEngine, purposeVariable } from "../engine/identity.ts";
import type { KnownObjects } from "./known.ts";
import { recoverLine } from "../settings/commands.ts";
import { isRecovering } from "./recovering.ts";
import type { Problem } from "../settings/problem.ts";
import { ofStack, releaseLabel, roleOf, roles, stackOf } from "../workload/labels.ts";
import { isOurs } from "../workload/ours.ts";

/**
 * Finds objects on the engine that have this stack's label but are missing from its state: the state was lost, or an
 * update was killed. An update would make them a second time, and a lost state would make new passwords that don't fit
 * the data.
 *
 * @param wanted ids of the releases and the gateway that this configuration runs; unknown containers of others do no
 *   harm
 */
export async function inspectUnknown(
  docker: Docker,
  stack: string,
  wanted: readonly string[],
  known: () => Promise<KnownObjects | undefined>,
): Promise<{ problems: Problem[]; warnings: string[] }> {
  const filters = { label: ofStack(stack) };
  const [everyContainer, allNetworks] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks({ filters }),
  ]);
  const labelled = everyContainer.filter((container) => stackOf(container) === stack);
  const containers = labelled.filter((one) => isOurs(stack, one));
  const networks = allNetworks.filter((network) => stackOf(network) === stack);
  if (isRecovering()) return { problems: [], warnings: [] };
  // Asked in the first update too: the question creates a provider of Pulumi's own, which the second update would
  // otherwise show as new.
  const state = await known();
  const other = await otherEngine(docker, state?.engine, process.env);
  if (other !== undefined) return { problems: [onOtherEngine(stack, other, state?.engine)], warnings: [] };
  const renamed = formerName(stack, everyContainer, state);
  if (renamed !== undefined) return { problems: [hasOtherName(stack, renamed)], warnings: [] };
  const gone = goneInWords(stack, labelled, state);
  if (containers.length + networks.length === 0) return { problems: [], warnings: gone };
  if (state === undefined) return { problems: [], warnings: [unseen(stack)] };
  const unknown = containers.filter(
    (container) => !state.containers.has(container.Id) && roleOf(container) !== roles.copy,
  );
  const isWanted = ({ Labels }: Docker.ContainerInfo): boolean => {
    const version = Labels[releaseLabel] ?? Labels[gatewayLabel];
    return version === undefined || wanted.includes(version);
  };
  const stranded = containers.filter(
    (container) => isWanted(container) && isGateway(container) && isStranded(container, containers),
  );
  if (stranded.length > 0)
    return { problems: [edgeIsGone(stack, stranded.map(containerName))], warnings: [] };
  const inTheWay = unknown.filter(isWanted);
  const names = [
    ...inTheWay.map(containerName),
    ...networks.filter(({ Id }) => !state.networks.has(Id)).map(({ Name }) => `the network ${Name}`),
  ];
  if (names.length > 0) return { problems: [problem(stack, names.sort())], warnings: [] };
  if (unknown.length === 0) return { problems: [], warnings: gone };
  return {
    problems: [],
    warnings: [
      ...gone,
      `the state doesn't know ${unknown.map(containerName).sort().join(", ")}, which is in nobody's way; ` +
        `${recoverLine({ stack })} removes what is left over`,
    ],
  };
}

/** The name that the stack had when it made the state's containers; undefined if it is the same one. */
function formerName(
  stack: string,
  there: readonly Docker.ContainerInfo[],
  state: KnownObjects | undefined,
): string | undefined {
  const names = there.filter(({ Id }) => state?.containers.has(Id)).map(stackOf);
  return names.find((name) => name !== undefined && name !== stack);
}

function hasOtherName(stack: string, former: string): Problem {
  return {
    at: `the name of the stack ${stack}`,
    what: "the containers in its state have another stack's name: an update would make a second, empty platform and delete this one",
    got: former,
    allowed: "the name that the stack had when it made them",
    fix: [`pulumi stack rename ${former} --stack ${stack}`],
  };
}

/** Warns of containers that the state knows and the engine doesn't have: an update would take them for there. */
function goneInWords(
  stack: string,
  there: readonly Docker.ContainerInfo[],
  state: KnownObjects | undefined,
): string[] {
  const ids = new Set(there.map(({ Id }) => Id));
  const gone = [...(state?.containers ?? [])].filter(([id]) => !ids.has(id)).map(([, name]) => name);
  if (gone.length === 0) return [];
  return [
    `the engine doesn't have ${gone.sort().join(", ")}, which the state knows: ${recoverLine({ stack })} has the next update make it again`,
  ];
}

function onOtherEngine(stack: string, id: string, noted = ""): Problem {
  return {
    at: "webnet:engine.host",
    got: `the engine ${id}`,
    what: "it is another engine than the one that the state's platform is on: what runs there would be taken for gone",
    allowed: `the engine ${noted}; the same one under a new id, as after an installation over its old data, if you say so`,
    fix: [`${purposeVariable}=${id} pulumi up --stack ${stack}`],
  };
}

function problem(stack: string, names: readonly string[]): Problem {
  return {
    at: `the state of ${stack}`,
    what: "the engine has what this stack made, and the state doesn't know it: it was lost, or an update was killed",
    got: names.join(", "),
    allowed: "a state that knows all that the update would make again",
    fix: [recoverLine({ stack })],
  };
}

function edgeIsGone(stack: string, names: readonly string[]): Problem {
  return {
    at: `the gateway of ${stack}`,
    what: "it joined the network of an edge that is gone, and an update wouldn't make it anew",
    got: names.join(", "),
    allowed: "a gateway in the network of the edge that is there",
    fix: [recoverLine({ stack })],
  };
}

function unseen(stack: string): string {
  return (
    "the engine has what this stack made, and the state has no outputs: it was lost, or no update has ever succeeded. " +
    `An update looks again before it touches anything; ${recoverLine({ stack })} heals`
  );
}
