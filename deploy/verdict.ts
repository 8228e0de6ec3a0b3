import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { isHealthy } from "../engine/health.ts";

const unhealthy = "turned unhealthy";

/** {@link containerVerdict} of a container as it is now. One that the engine asks no more is asked by its own check. */
export async function verdictNow(container: Docker.Container, restartsBefore: number): Promise<string> {
  const inspected = await orMissing(container.inspect());
  const verdict = containerVerdict(inspected, restartsBefore);
  const isMistaken =
    inspected !== undefined && verdict === unhealthy && (await isHealthy(container, inspected));
  return isMistaken ? "healthy" : verdict;
}

/**
 * What a gate makes of a container: `healthy`, `starting`, or what is wrong with it for good.
 *
 * @param restartsBefore the engine's count of its restarts when the gate began: earlier ones are forgiven
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
  // Of one that runs again the engine tells no code any more.
  if (RestartCount > restartsBefore) return "exited, and the engine started it again";
  if (State.Health?.Status === "healthy") return "healthy";
  if (State.Health?.Status === "unhealthy") return unhealthy;
  return "starting";
}
