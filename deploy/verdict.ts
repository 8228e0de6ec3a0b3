import type { ContainerInspectInfo } from "dockerode";

/**
 * What a gate makes of a container: `healthy`, `starting`, or what is wrong with it for good.
 *
 * @param restartsBefore the engine's count of its restarts when the gate began: earlier ones are forgiven
 */
export function containerVerdict(
  inspected: Pick<ContainerInspectInfo, "State" | "RestartCount"> | undefined,
  restartsBefore: number,
): string {
  if (inspected === undefined) return "is gone from the engine";
  const { State, RestartCount } = inspected;
  if (
    State.Status === "exited" ||
    State.Status === "dead" ||
    State.Restarting ||
    RestartCount > restartsBefore
  ) {
    return `exited with code ${State.ExitCode}${State.OOMKilled ? " (out of memory)" : ""}`;
  }
  if (State.Health?.Status === "healthy") return "healthy";
  if (State.Health?.Status === "unhealthy") return "turned unhealthy";
  return "starting";
}
