import type Docker from "dockerode";
import { setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";

/** What was found of the platform's network. */
export interface NetworkFinding {
  /** Set where a network is to be adopted. */
  existingId?: string;
  problems: Problem[];
}

/** Looks for a network of the configured name: one that isn't ours is never taken over silently. */
export async function inspectNetwork(
  docker: Docker,
  settings: Settings,
  stack: string,
): Promise<NetworkFinding> {
  const { name, adopt } = settings.network;
  const found = await docker.listNetworks({ filters: { name: [name] } });
  const network = found.find((candidate) => candidate.Name === name);
  if (adopt) {
    if (network !== undefined) return { existingId: network.Id, problems: [] };
    return {
      problems: [
        {
          at: "webnet:network.adopt",
          got: "true",
          what: `there is no network ${name} on the engine to be adopted`,
          allowed: "the name of a network that is there, or adopt: false to have it made",
          fix: [setCommand(stack, ["network", "adopt"], "false")],
        },
      ],
    };
  }
  const owner = network?.Labels?.["webnet.stack"];
  if (network === undefined || owner === stack) return { problems: [] };
  return {
    problems: [
      {
        at: "webnet:network.name",
        got: name,
        what:
          owner === undefined
            ? "a network of this name is on the engine and isn't ours"
            : `the network of this name belongs to the stack ${owner}`,
        allowed: "a name that is free, or a network that is to be adopted as it is",
        fix: [
          setCommand(stack, ["network", "name"], "<name>"),
          setCommand(stack, ["network", "adopt"], "true"),
        ],
      },
    ],
  };
}
