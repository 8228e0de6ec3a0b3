import type Docker from "dockerode";
import { messageOf } from "../host/message.ts";
import { within } from "./bound.ts";
import { splitFrames } from "./frames.ts";

const logSeconds = 60;
const shownLines = 15;

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

/**
 * The last lines of a container's log for an error message, or why the log can't be read; empty if there are none. Never
 * fails: that would hide the error itself.
 */
export async function logInWords(container: Docker.Container, lines = shownLines): Promise<string> {
  try {
    const log = await lastLogLines(container, lines);
    return log === "" ? "" : `last lines of its log:\n${log.replaceAll(/^/gm, "  ")}`;
  } catch (error) {
    return `its log can't be read: ${messageOf(error)}`;
  }
}
