import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { gatewayLabel, isGateway, isStranded } from "../gateway/live.ts";
import { containerName } from "../engine/containers.ts";
import { otherEngine, purposeVariable } from "../engine/identity.ts";
import { networkComponent } from "../workload/names.ts";
import { isRecovering, recoverCommand } from "./recovering.ts";
import type { Problem } from "../settings/problem.ts";

/** What the state knows, by Pulumi's types. */
export interface KnownObjects {
  containers: ReadonlySet<string>;
  networks: ReadonlySet<string>;
  /** The engine's ids of images, by the names that they were asked for by. */
  images: ReadonlyMap<string, string>;
  /** The id of the engine that they are on; absent where an older version made the state. */
  engine?: string;
}

/**
 * Finds what is on the engine under this stack's label and not in its state, as after a state that was lost or an
 * update that was killed. An update would make it a second time, and a lost state would make new passwords that don't
 * fit the data.
 *
 * @param wanted releases and the gateway that this configuration runs; another one that nobody knows is in nobody's way.
 */
export async function inspectUnknown(
  docker: Docker,
  stack: string,
  wanted: readonly string[],
  known: () => Promise<KnownObjects | undefined>,
): Promise<{ problems: Problem[]; warnings: string[] }> {
  const filters = { label: [`webnet.stack=${stack}`] };
  const [containers, allNetworks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const networks = allNetworks.filter(({ Labels }) => Labels?.["webnet.stack"] === stack);
  if (isRecovering()) return { problems: [], warnings: [] };
  // Asked in a first update, too: the question makes a provider of Pulumi's own, which the second would show as new.
  const state = await known();
  const other = await otherEngine(docker, state?.engine, process.env);
  if (other !== undefined) return { problems: [onOtherEngine(stack, other, state?.engine)], warnings: [] };
  if (containers.length + networks.length === 0) return { problems: [], warnings: [] };
  if (state === undefined) return { problems: [], warnings: [unseen(stack)] };
  const unknown = containers.filter(
    ({ Id, Labels }) => !state.containers.has(Id) && Labels["webnet.role"] !== "copy",
  );
  const isWanted = ({ Labels }: Docker.ContainerInfo): boolean => {
    const version = Labels["webnet.release"] ?? Labels[gatewayLabel];
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
  if (unknown.length === 0) return { problems: [], warnings: [] };
  return {
    problems: [],
    warnings: [
      `the state doesn't know ${unknown.map(containerName).sort().join(", ")}, which is in nobody's way; ` +
        `${recoverCommand(stack)} removes what is left over`,
    ],
  };
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
    fix: [recoverCommand(stack)],
  };
}

function edgeIsGone(stack: string, names: readonly string[]): Problem {
  return {
    at: `the gateway of ${stack}`,
    what: "it joined the network of an edge that is gone, and an update wouldn't make it anew",
    got: names.join(", "),
    allowed: "a gateway in the network of the edge that is there",
    fix: [recoverCommand(stack)],
  };
}

function unseen(stack: string): string {
  return (
    "the engine has what this stack made, and the state has no outputs: it was lost, or no update has ever succeeded. " +
    `An update looks again before it touches anything; ${recoverCommand(stack)} heals`
  );
}

/**
 * Asks Pulumi's engine for the state as it was before this update; undefined where it can't be had. That is in a preview
 * of a stack without outputs: its state may be empty, and the engine ends on a question about an empty one. An update
 * has written the stack itself into the state before.
 */
export async function knownToState(stack: string): Promise<KnownObjects | undefined> {
  const outputs = await ask("readStackOutputs", { name: stack });
  if (pulumi.runtime.isDryRun() && Object.keys(outputs).length === 0) return undefined;
  await registered(pulumi.runtime.getStackResource()?.urn);
  const answer = await ask("readStackResourceOutputs", { stackName: stack });
  const resources = Object.values(answer) as { type: string; outputs?: Record<string, unknown> }[];
  const ids = (type: string): Set<string> =>
    new Set(
      resources
        .filter((resource) => resource.type === type)
        .map(({ outputs: known }) => String(known?.["id"])),
    );
  const noted = resources.find(({ type }) => type === networkComponent)?.outputs?.["engineId"];
  return {
    containers: ids("docker:index/container:Container"),
    networks: ids("docker:index/network:Network"),
    images: new Map(
      resources
        .filter(({ type }) => type === "docker:index/remoteImage:RemoteImage")
        .map(({ outputs: known }) => [String(known?.["name"]), String(known?.["imageId"])]),
    ),
    ...(typeof noted === "string" && { engine: noted }),
  };
}

async function ask(what: string, inputs: Record<string, string>): Promise<Record<string, unknown>> {
  const answer = (await pulumi.runtime.invoke(`pulumi:pulumi:${what}`, inputs)) as {
    outputs?: Record<string, unknown>;
  };
  return answer.outputs ?? {};
}

async function registered(urn: pulumi.Output<string> | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    if (urn === undefined) resolve();
    else
      urn.apply(() => {
        resolve();
      });
  });
}
