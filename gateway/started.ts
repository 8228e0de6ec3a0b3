import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { containerName, restartContainer, startContainer } from "../engine/containers.ts";
import { gatewayLabel, runningGateways, unlessEnded, type RunningGateway } from "./live.ts";
import { messageOf } from "../host/message.ts";
import { ofStack, roles } from "../workload/labels.ts";
import { recoverLine } from "../settings/commands.ts";
import { edgeDown } from "./edge-down.ts";

const answersWithinSeconds = 10;
const pollMilliseconds = 200;

/**
 * The running gateway of that name. Starts it if it was stopped, by hand or by an engine that started it before its
 * edge. Restarts it if its edge has left its network: it still answers inside its own container, but no client reaches
 * it.
 *
 * @throws Error that says what to do if the gateway is gone, if the engine can't start it, or if its edge doesn't run.
 */
export async function startedGateway(docker: Docker, stack: string, id: string): Promise<RunningGateway> {
  const find = async (): Promise<RunningGateway | undefined> =>
    (await runningGateways(docker, stack)).find((gateway) => gateway.id === id);
  const edges = await docker.listContainers({ all: true, filters: { label: ofStack(stack, roles.edge) } });
  const cutOff = edgeDown(edges);
  if (cutOff !== undefined) throw new Error(`${cutOff}.\n${recoverLine({ stack })}, then pulumi up.`);
  const running = await find();
  if (running !== undefined && !(await running.gateway.isInDeadNetwork())) return running;
  const label = ofStack(stack, roles.gateway, { [gatewayLabel]: id });
  const [listed] = await docker.listContainers({ all: true, filters: { label } });
  const recover = `${recoverLine({ stack })}, then pulumi up`;
  if (listed === undefined) throw new Error(`the gateway ${id} is gone: ${recover}.`);
  const container = docker.getContainer(listed.Id);
  try {
    await (running === undefined ? startContainer(container) : restartContainer(container));
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`${containerName(listed)} doesn't run and can't be started: ${reason}\n${recover}.`, {
      cause: error,
    });
  }
  const name = containerName(listed);
  const deadline = Date.now() + answersWithinSeconds * 1000;
  for (;;) {
    const started = await find();
    if (started !== undefined && (await unlessEnded(isReached(started))) === true) return started;
    if (Date.now() > deadline)
      throw new Error(
        `${name} was started and doesn't answer, or not in its edge's network: docker logs ${name}`,
      );
    await sleep(pollMilliseconds);
  }
}

async function isReached({ gateway }: RunningGateway): Promise<boolean> {
  return (await gateway.listening()) !== undefined && !(await gateway.isInDeadNetwork());
}
