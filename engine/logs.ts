import type Docker from "dockerode";
import { splitFrames } from "./frames.ts";

/** The last lines that a container printed, both streams in order, without a trailing newline. */
export async function lastLogLines(container: Docker.Container, lines: number): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true, tail: lines, follow: false });
  return splitFrames(raw).both.trimEnd();
}
