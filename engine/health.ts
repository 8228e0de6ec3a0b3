import type Docker from "dockerode";
import { OutOfTime } from "./bound.ts";
import { execIn } from "./exec.ts";

const nanosecondsPerMillisecond = 1e6;
const nanosecondsPerSecond = 1e9;
/** The engine's own, in nanoseconds. */
const defaultTimeout = 30e9;
const marginMilliseconds = 10_000;

type Inspected = Pick<Docker.ContainerInspectInfo, "State" | "Config">;

/**
 * Whether the engine has given up asking a container how it is, although it runs. After its own crash with live-restore
 * the engine never asks one again that it had found unhealthy, as it does while its containerd is away.
 */
export function isForgotten({ State, Config }: Inspected, now: number): boolean {
  const last = State.Health?.Log.at(-1);
  const { Interval = 0, Timeout = 0 } = Config.Healthcheck ?? {};
  if (!State.Running || State.Health?.Status !== "unhealthy" || last === undefined) return false;
  const period = (Interval + Timeout) / nanosecondsPerMillisecond;
  return now - new Date(last.End).getTime() > 2 * period + marginMilliseconds;
}

/** Whether a container is healthy by the engine's word or, where that is out of date for good, by its own check. */
export async function isHealthy(container: Docker.Container, inspected: Inspected): Promise<boolean> {
  const { State } = inspected;
  if (State.Running && State.Health?.Status === "healthy") return true;
  return isForgotten(inspected, Date.now()) && (await passesCheck(container, inspected));
}

/** Whether a container passes its own health check, which is run here, once, in the engine's place. */
export async function passesCheck(container: Docker.Container, { Config }: Inspected): Promise<boolean> {
  const { Test: [kind, ...words] = [], Timeout = defaultTimeout } = Config.Healthcheck ?? {};
  if ((kind !== "CMD" && kind !== "CMD-SHELL") || words.length === 0) return false;
  const command = kind === "CMD" ? words : ["/bin/sh", "-c", ...words];
  try {
    const { exitCode } = await execIn(container, command, undefined, Timeout / nanosecondsPerSecond);
    return exitCode === 0;
  } catch (error) {
    if (error instanceof OutOfTime) return false;
    throw error;
  }
}
