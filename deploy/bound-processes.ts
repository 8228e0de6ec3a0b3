import type Docker from "dockerode";
import { boundProcesses } from "../engine/processes.ts";

/** As `boundProcesses`, in a step of an update. An engine that can't is a warning: what runs works without the bound. */
export async function boundOrWarn(container: Docker.Container, processes: number): Promise<void> {
  const problem = await boundProcesses(container, processes);
  if (problem === undefined) return;
  process.stderr.write(
    `warning: the engine sets no bound of ${processes} processes for the container ${container.id.slice(0, 12)}: ${problem}\n`,
  );
}
