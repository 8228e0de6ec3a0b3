import type Docker from "dockerode";
import { runningVariable, trialScript } from "../contract/trial.ts";
import { connectEngine, orMissing } from "../engine/client.ts";
import { execIn } from "../engine/exec.ts";
import { tryOut } from "../engine/trial.ts";
import { unlessEnded } from "../gateway/live.ts";
import { interruption } from "../host/interruption.ts";
import { runScript } from "./input.ts";
import { copyLabels, ofStack, roles } from "../workload/labels.ts";

const withinSeconds = 60;
/** None is in use yet, so that even MySQL has few threads. */
const trialProcesses = 512;
/** Marks the containers of a service's trials, so that the next trial can remove the leftovers of a killed one. */
const trialLabel = "webnet.trial";

/**
 * Tries a new container while the one that it will replace still runs. The provider deletes before it creates: if the
 * engine or the program refuses the new container only then, that is an outage.
 */
await runScript(trialScript, async (given) => {
  const { container: name, passes, runningAsked: asked = [], stack } = given;
  const docker = connectEngine();
  const running = await orMissing(docker.getContainer(name).inspect());
  if (running === undefined) return;
  await removeLeftovers(docker, name, stack);
  const body = given.body as Docker.ContainerCreateOptions;
  if (asked.length > 0)
    body.Env = [...(body.Env ?? []), `${runningVariable}=${await answerOf(docker, name, asked)}`];
  const labels = { ...copyLabels(given), [trialLabel]: name };
  const problem = await tryOut(
    docker,
    { body: { Image: running.Image, ...bounded(body), Labels: labels }, passes, withinSeconds },
    interruption(),
  );
  if (problem === undefined) return;
  throw new Error(
    [
      `${name} was not touched and goes on as it is. A container of its new description was tried beside it: ${problem}`,
      "Correct its image or settings in the stack config, or put the former ones back, and run pulumi up again.",
    ].join("\n"),
  );
});

/** The description doesn't hold the bound of processes, which a container that stays gets after its start. */
function bounded(body: Docker.ContainerCreateOptions): Docker.ContainerCreateOptions {
  return { ...body, HostConfig: { ...body.HostConfig, PidsLimit: trialProcesses } };
}

/** The running container's answer; empty if it does not run or the command fails. The trial treats that as unknown. */
async function answerOf(docker: Docker, name: string, argv: readonly string[]): Promise<string> {
  const answer = await unlessEnded(execIn(docker.getContainer(name), argv));
  return answer?.exitCode === 0 ? answer.stdout.trim() : "";
}

async function removeLeftovers(docker: Docker, name: string, stack: string): Promise<void> {
  const filters = { label: ofStack(stack, roles.copy, { [trialLabel]: name }) };
  const left = await docker.listContainers({ all: true, filters });
  await Promise.all(
    left.map(({ Id }) => orMissing(docker.getContainer(Id).remove({ force: true, v: true }))),
  );
}
