import type Docker from "dockerode";
import { liveGateway } from "../../deploy/gateway/live.ts";
import { containerName } from "../../engine/containers.ts";
import { gatewayContainerName } from "../../workload/names.ts";
import type { OpsCommand } from "../command.ts";
import type { Target } from "../target.ts";

/** What runs at this moment, asked of the engine and of nginx itself and not of the state. */
export interface Status {
  /** The release that the gateway routes to; undefined where none is routed. */
  route: string | undefined;
  /** The release that a share of the clients is sent to. */
  canary?: { release: string; percent: number } | undefined;
  /** Releases whose hashed files are kept reachable. */
  keptReleases: readonly string[];
  /** One line a container. */
  containers: readonly { name: string; release: string; state: string }[];
}

/** `npm run ops -- status`. */
export const status: OpsCommand = {
  summary: "shows which release serves, and every container of the stack",
  help: [],
  options: {},
  async run(target) {
    console.log(describe(await readStatus(target)));
  },
};

/** Asks the engine and the gateway. */
export async function readStatus(target: Target): Promise<Status> {
  const docker = target.docker();
  const filters = { label: [`webnet.stack=${target.stack}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const live = await liveGateway(docker, gatewayContainerName(target.prefix));
  return {
    route: live?.record.active,
    canary: live?.record.canary,
    keptReleases: live?.record.keptReleases ?? [],
    containers: containers.map(describeContainer).sort((left, right) => left.name.localeCompare(right.name)),
  };
}

/** The status as text. */
export function describe({ route, canary, keptReleases, containers }: Status): string {
  const width = Math.max(0, ...containers.map(({ name }) => name.length));
  const isServing = (release: string) => release !== "" && [route, canary?.release].includes(release);
  const lines = containers.map(
    ({ name, release, state }) =>
      `  ${name.padEnd(width)}  ${state}${isServing(release) ? (release === route ? "  ← the route" : "  ← the canary") : ""}`,
  );
  return [
    route === undefined ? "No release is routed to." : `The gateway routes to ${route}.`,
    ...(canary === undefined ? [] : [`${canary.percent} % of the clients go to ${canary.release}.`]),
    ...(keptReleases.length > 0
      ? [`Their pages' files are kept reachable: ${keptReleases.join(", ")}.`]
      : []),
    ...(lines.length > 0 ? ["Containers:", ...lines] : ["The stack has no container."]),
  ].join("\n");
}

function describeContainer(container: Docker.ContainerInfo) {
  return {
    name: containerName(container),
    release: container.Labels["webnet.release"] ?? "",
    state: container.Status,
  };
}
