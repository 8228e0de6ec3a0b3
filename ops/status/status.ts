import type Docker from "dockerode";
import { liveGateway, type LiveGateway } from "../../gateway/live.ts";
import { containerName } from "../../engine/containers.ts";
import type { OpsCommand } from "../command.ts";
import type { Target } from "../target.ts";

/** What runs at this moment, asked of the engine and of nginx itself and not of the state. */
export interface Status {
  /** The release that the gateway routes to; undefined where none is routed. */
  route: string | undefined;
  /** Why less than all of it is known; absent where everything is. */
  problem?: string | undefined;
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
  onlyLooks: () => true,
  async run(target) {
    console.log(describe(await readStatus(target, "told")));
  },
};

/**
 * Asks the engine and the gateway.
 *
 * @param silence what becomes of a gateway that doesn't answer: an error, or told in the status. Default: an error
 */
export async function readStatus(target: Target, silence: "refused" | "told" = "refused"): Promise<Status> {
  const docker = target.docker();
  const filters = { label: [`webnet.stack=${target.stack}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const { live, problem } = await askGateway(docker, target.stack, silence);
  return {
    route: live?.record.active,
    problem: problem ?? live?.unreadable,
    canary: live?.record.canary,
    keptReleases: live?.record.keptReleases ?? [],
    containers: containers.map(describeContainer).sort((left, right) => left.name.localeCompare(right.name)),
  };
}

async function askGateway(
  docker: Docker,
  name: string,
  silence: "refused" | "told",
): Promise<{ live?: LiveGateway | undefined; problem?: string }> {
  try {
    return { live: await liveGateway(docker, name, "by name") };
  } catch (error) {
    if (silence === "refused") throw error;
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The status as text. */
export function describe({ route, problem, canary, keptReleases, containers }: Status): string {
  const width = Math.max(0, ...containers.map(({ name }) => name.length));
  const isServing = (release: string) => release !== "" && [route, canary?.release].includes(release);
  const lines = containers.map(
    ({ name, release, state }) =>
      `  ${name.padEnd(width)}  ${state}${isServing(release) ? (release === route ? "  ← the route" : "  ← the canary") : ""}`,
  );
  return [
    routeInWords(route, problem),
    ...(problem === undefined ? [] : [`Not all is known: ${problem}.`]),
    ...(canary === undefined ? [] : [`${canary.percent} % of the clients go to ${canary.release}.`]),
    ...(keptReleases.length > 0
      ? [`Their pages' files are kept reachable: ${keptReleases.join(", ")}.`]
      : []),
    ...(lines.length > 0 ? ["Containers:", ...lines] : ["The stack has no container."]),
  ].join("\n");
}

function routeInWords(route: string | undefined, problem: string | undefined): string {
  if (route !== undefined) return `The gateway routes to ${route}.`;
  return problem === undefined ? "No release is routed to." : "What the gateway routes to isn't known.";
}

function describeContainer(container: Docker.ContainerInfo) {
  return {
    name: containerName(container),
    release: container.Labels["webnet.release"] ?? "",
    state: container.Status,
  };
}
