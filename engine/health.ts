import type Docker from "dockerode";
import { OutOfTime } from "./bound.ts";
import { hasEnded } from "./client.ts";
import { execIn } from "./exec.ts";

const nanosecondsPerMillisecond = 1e6;
const nanosecondsPerSecond = 1e9;
/** The engine's own interval and timeout of a health check that names none, in nanoseconds. */
const engineDefault = 30e9;
const marginMilliseconds = 10_000;

type Inspected = Pick<Docker.ContainerInspectInfo, "State" | "Config">;

/**
 * True if the engine no longer runs the health check of a running container. After a crash with live-restore, it never
 * again checks a container that it had found unhealthy. It finds containers unhealthy while its containerd is away.
 */
export function isForgotten({ State, Config }: Inspected, now: number): boolean {
  const last = State.Health?.Log.at(-1);
  const { Interval, Timeout } = Config.Healthcheck ?? {};
  if (!State.Running || State.Health?.Status !== "unhealthy" || last === undefined) return false;
  const period = (orDefault(Interval) + orDefault(Timeout)) / nanosecondsPerMillisecond;
  return now - new Date(last.End).getTime() > 2 * period + marginMilliseconds;
}

/** True if the engine calls a container healthy or, if the engine has stopped checking, if its own check passes now. */
export async function isHealthy(container: Docker.Container, inspected: Inspected): Promise<boolean> {
  const { State } = inspected;
  if (State.Running && State.Health?.Status === "healthy") return true;
  return isForgotten(inspected, Date.now()) && (await passesCheck(container, inspected));
}

/** Runs a container's health check once, in the engine's place. True if it passes, false if the container has ended. */
export async function passesCheck(container: Docker.Container, { Config }: Inspected): Promise<boolean> {
  const { Test: [kind, ...words] = [], Timeout } = Config.Healthcheck ?? {};
  if ((kind !== "CMD" && kind !== "CMD-SHELL") || words.length === 0) return false;
  const command = kind === "CMD" ? words : ["/bin/sh", "-c", ...words];
  try {
    const { exitCode } = await execIn(
      container,
      command,
      undefined,
      orDefault(Timeout) / nanosecondsPerSecond,
    );
    return exitCode === 0;
  } catch (error) {
    if (error instanceof OutOfTime || hasEnded(error)) return false;
    throw error;
  }
}

/** The engine takes 0 for none named, too. */
function orDefault(nanoseconds = 0): number {
  return nanoseconds === 0 ? engineDefault : nanoseconds;
}
