import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { engineStatus } from "./client.ts";
import { passesCheck } from "./health.ts";
import { logInWords } from "./logs.ts";
import { leftOfTrial } from "./temporary.ts";
import { messageOf } from "../host/message.ts";

const pollMilliseconds = 200;
/** A program that fails at its start has failed by then. */
const settledMilliseconds = 1000;

/** The trial of a container. */
export interface TrialRun {
  body: Docker.ContainerCreateOptions;
  /** What counts as success; see `Trial` in `workload/workload.ts`. */
  passes: "ends" | "healthy" | "runs";
  /** Seconds within which it must succeed. */
  withinSeconds: number;
}

/**
 * Creates a container, starts it and checks whether it is fit. Removes it in any case.
 *
 * @param signal ends the trial; the container is removed then, too
 * @returns undefined if it is fit and removed; else the problem, with the last lines of its log.
 */
export async function tryOut(
  docker: Docker,
  run: TrialRun,
  signal: AbortSignal,
): Promise<string | undefined> {
  let container: Docker.Container;
  try {
    container = await docker.createContainer(run.body);
  } catch (error) {
    return `the engine refuses it: ${messageOf(error)}`;
  }
  let problem: string | undefined;
  let left: string | undefined;
  try {
    problem = await problemOf(container, run, signal);
  } finally {
    left = await leftOfTrial(container);
  }
  return problem ?? left;
}

async function problemOf(
  container: Docker.Container,
  run: TrialRun,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await container.start();
  } catch (error) {
    return `the engine can't start it: ${messageOf(error)}`;
  }
  const problem = await verdict(container, run, signal);
  if (problem === undefined) return undefined;
  const log = await logInWords(container);
  return log === "" ? problem : `${problem}; ${log}`;
}

async function verdict(
  container: Docker.Container,
  { passes, withinSeconds }: TrialRun,
  signal: AbortSignal,
): Promise<string | undefined> {
  const started = Date.now();
  while (Date.now() - started < withinSeconds * 1000) {
    const inspected = await container.inspect();
    const { Running, ExitCode, OOMKilled } = inspected.State;
    if (!Running) {
      if (passes === "ends" && ExitCode === 0) return undefined;
      return `it exited with code ${ExitCode}${OOMKilled ? " (out of memory)" : ""}`;
    }
    if (passes !== "ends" && Date.now() - started >= settledMilliseconds) {
      if (passes === "runs" || (await isWell(container, inspected))) return undefined;
    }
    await sleep(pollMilliseconds, undefined, { signal });
  }
  return passes === "ends"
    ? `it has not ended within ${withinSeconds} s`
    : `it doesn't pass its health check within ${withinSeconds} s`;
}

/** The engine refuses the check if the container has just ended. The next look then tells why. */
async function isWell(container: Docker.Container, inspected: Docker.ContainerInspectInfo): Promise<boolean> {
  try {
    return await passesCheck(container, inspected);
  } catch (error) {
    if (engineStatus(error) === undefined) throw error;
    return false;
  }
}
