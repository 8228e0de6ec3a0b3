import type { Status } from "./facts.ts";

/** Says that the release that gets the traffic doesn't run, or that the engine finds it unhealthy. */
export function deadInWords({ route, containers }: Status): string | undefined {
  const { serving, dead } = servingContainers({ route, containers });
  const [first] = dead;
  if (first === undefined || dead.length < serving) return undefined;
  return `${first.name}, which gets the traffic, doesn't serve (${first.state})`;
}

/** How many containers the serving release has, and which of them don't serve. */
function servingContainers({ route, containers }: Pick<Status, "route" | "containers">) {
  const own = containers.filter(({ release }) => release === route);
  return {
    serving: own.length,
    dead: own.filter(({ running, state }) => !running || state.includes("(unhealthy)")),
  };
}

/** Says which of several containers don't serve, while others do. */
export function missingInWords(status: Status): string[] {
  const { serving, dead } = servingContainers(status);
  if (dead.length === serving) return [];
  return dead.map(({ name, state }) => `${name} doesn't serve (${state}): the others get its requests.`);
}
