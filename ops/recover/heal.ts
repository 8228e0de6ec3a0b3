import { drained } from "../../gateway/drain.ts";
import { runningGateway, runningGateways } from "../../gateway/live.ts";
import { engineStatus } from "../../engine/client.ts";
import { startContainer, stopContainer } from "../../engine/containers.ts";
import type { Target } from "../target.ts";
import type { FoundContainer } from "./engine-facts.ts";
import { messageOf } from "../../host/message.ts";
import { roles } from "../../workload/labels.ts";

/** The engine's default stop timeout, for a container that sets none. */
const usualStopSeconds = 10;

/** Stops and removes containers. If a backend among them runs, this first drains the gateway's old workers. */
export async function removeFound(target: Target, containers: readonly FoundContainer[]): Promise<void> {
  const docker = target.docker();
  const mayBeInUse = containers.some(({ running, role }) => running && role === roles.release);
  if (mayBeInUse) {
    const gateways = (await runningGateways(docker, target.stack)).map(({ gateway }) => gateway);
    await drained(gateways, target.settings().gateway.drainSeconds);
  }
  await Promise.all(
    containers.map(async ({ id }) => {
      const container = docker.getContainer(id);
      // The client's types lack this field.
      const { StopTimeout } = (await container.inspect()).Config as { StopTimeout?: number };
      await stopContainer(container, StopTimeout ?? usualStopSeconds);
      await container.remove({ force: true, v: true });
    }),
  );
}

/**
 * Starts containers. Gateways come last, because a gateway joins the edge's network.
 *
 * @returns the engine's reason for each container that it can't start, such as an address that the host lacks. That is
 *   no error, because an update may replace the container.
 */
export async function startFound(target: Target, containers: readonly FoundContainer[]): Promise<string[]> {
  const first = containers.filter(({ role }) => role !== "gateway");
  const last = containers.filter(({ role }) => role === "gateway");
  const refusals: string[] = [];
  for (const { id, name } of [...first, ...last]) {
    try {
      await startContainer(target.docker().getContainer(id));
    } catch (error) {
      if (engineStatus(error) === undefined) throw error;
      const reason = messageOf(error);
      refusals.push(`${name} can't be started: ${reason}`);
    }
  }
  return refusals;
}

/** Removes the gateway's note that its route was given up. */
export async function takeNoteBack(target: Target): Promise<void> {
  const live = await runningGateway(target.docker(), target.stack);
  await live?.gateway.noteRouted();
}
