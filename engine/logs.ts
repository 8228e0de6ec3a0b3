import type Docker from "dockerode";
import { within } from "./bound.ts";
import { splitFrames } from "./frames.ts";

const logSeconds = 60;

/**
 * The last lines that a container printed, both streams in order, without a trailing newline.
 *
 * @throws OutOfTime if the engine does not deliver them within a minute
 */
export async function lastLogLines(container: Docker.Container, lines: number): Promise<string> {
  return await within("the log of a container", { totalSeconds: logSeconds }, async ({ signal }) => {
    const which = { stdout: true, stderr: true, tail: lines, follow: false } as const;
    const raw = await container.logs({ ...which, abortSignal: signal });
    return splitFrames(raw).both.trimEnd();
  });
}
