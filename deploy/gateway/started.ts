import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { containerName } from "../../engine/containers.ts";
import { gatewayLabel, runningGateways, type RunningGateway } from "./live.ts";

const answersWithinSeconds = 10;
const pollMilliseconds = 200;

/**
 * The gateway of that name, which is started where it was stopped, by hand or by an engine that started it before its edge.
 *
 * @throws Error that says what to do where it is gone, or where the engine can't start it.
 */
export async function startedGateway(docker: Docker, stack: string, id: string): Promise<RunningGateway> {
  const find = async (): Promise<RunningGateway | undefined> =>
    (await runningGateways(docker, stack)).find((gateway) => gateway.id === id);
  const running = await find();
  if (running !== undefined) return running;
  const label = [`webnet.stack=${stack}`, "webnet.role=gateway", `${gatewayLabel}=${id}`];
  const [stopped] = await docker.listContainers({ all: true, filters: { label } });
  const recover = `npm run ops -- recover --stack ${stack}, then pulumi up`;
  if (stopped === undefined) throw new Error(`the gateway ${id} is gone: ${recover}.`);
  try {
    await docker.getContainer(stopped.Id).start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${containerName(stopped)} doesn't run and can't be started: ${reason}\n${recover}.`, {
      cause: error,
    });
  }
  const deadline = Date.now() + answersWithinSeconds * 1000;
  for (;;) {
    const started = await find();
    if ((await started?.gateway.listening()) !== undefined && started !== undefined) return started;
    if (Date.now() > deadline) {
      throw new Error(
        `${containerName(stopped)} was started and doesn't answer: docker logs ${containerName(stopped)}`,
      );
    }
    await sleep(pollMilliseconds);
  }
}
