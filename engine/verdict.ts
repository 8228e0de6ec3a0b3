import type Docker from "dockerode";
import { orMissing } from "./client.ts";
import { isHealthy } from "./health.ts";

const unhealthy = "turned unhealthy";

/** {@link containerVerdict} of a container as it is now. If the engine no longer checks its health, this does. */
export async function verdictNow(container: Docker.Container, restartsBefore: number): Promise<string> {
  const inspected = await orMissing(container.inspect());
  const verdict = containerVerdict(inspected, restartsBefore);
  const isMistaken =
    inspected !== undefined && verdict === unhealthy && (await isHealthy(container, inspected));
  return isMistaken ? "healthy" : verdict;
}

/**
 * A gate's verdict on a container: `healthy`, `starting`, or its final problem.
 *
 * @param restartsBefore the engine's restart count when the gate began: earlier restarts don't matter
 */
export function containerVerdict(
  inspected: Pick<Docker.ContainerInspectInfo, "State" | "RestartCount"> | undefined,
  restartsBefore: number,
): string {
  if (inspected === undefined) return "is gone from the engine";
  const { State, RestartCount } = inspected;
  if (State.Status === "exited" || State.Status === "dead" || State.Restarting) {
    return `exited with code ${State.ExitCode}${State.OOMKilled ? " (out of memory)" : ""}`;
  }
  // When the container runs again, the engine no longer tells its exit code.
  if (RestartCount > restartsBefore) return "exited, and the engine started it again";
  if (State.Health?.Status === "healthy") return "healthy";
  if (State.Health?.Status === "unhealthy") return unhealthy;
  return "starting";
}
