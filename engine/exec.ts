import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { within } from "./bound.ts";
import { splitFrames } from "./frames.ts";

/** The result of a command in a container. */
export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command in a fixed container. `stdin` keeps secrets out of the process list. `seconds` is the time limit, for
 * a command that may take longer than {@link execSeconds}.
 */
export type Exec = (argv: readonly string[], stdin?: string, seconds?: number) => Promise<ExecResult>;

/** Time limit of a command, in seconds. Our commands take one or two, and longer on a busy host. */
export const execSeconds = 120;

const shownCharacters = 100;

/**
 * Runs a command in a running container, in an exec of its own.
 *
 * @param seconds the time limit. Default: {@link execSeconds}
 * @throws OutOfTime when the time is over; the command may still run in the container
 */
export async function execIn(
  container: Docker.Container,
  argv: readonly string[],
  stdin?: string,
  seconds = execSeconds,
): Promise<ExecResult> {
  return await within(commandInWords(argv), { totalSeconds: seconds }, async ({ signal }) => {
    const exec = await container.exec({
      Cmd: [...argv],
      AttachStdin: stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      abortSignal: signal,
    });
    const hasInput = stdin !== undefined;
    const stream = await startExec(exec, hasInput, signal);
    signal.addEventListener("abort", () => stream.destroy());
    if (stdin !== undefined) stream.end(stdin);
    const { stdout, stderr } = splitFrames(await buffer(stream));
    const { ExitCode } = await exec.inspect({ abortSignal: signal });
    return { exitCode: ExitCode ?? -1, stdout, stderr };
  });
}

/**
 * Starts a command's exec. The client library never ends the request of one with input that the engine refuses, as when
 * its container has just died: the open connection would keep this process for ever.
 */
export async function startExec(exec: Docker.Exec, hasInput: boolean, signal: AbortSignal): Promise<Duplex> {
  const refused = new AbortController();
  const abortSignal = AbortSignal.any([signal, refused.signal]);
  try {
    return await exec.start({ hijack: hasInput, stdin: hasInput, abortSignal });
  } catch (error) {
    refused.abort();
    throw error;
  }
}

/** A command as error messages show it, cut after 100 characters. */
export function commandInWords(argv: readonly string[]): string {
  const line = argv.join(" ").replaceAll(/\s+/g, " ");
  return `\`${line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line}\` in a container`;
}

/**
 * As {@link execIn}, for a command that must succeed.
 *
 * @throws Error with the command's error output if it fails
 */
export async function mustExec(container: Docker.Container, argv: readonly string[]): Promise<string> {
  return await mustSucceed((command) => execIn(container, command), argv);
}

/**
 * Runs a command that must succeed.
 *
 * @param seconds the time limit. Default: {@link execSeconds}
 * @returns the command's standard output
 * @throws Error with only its error output if it fails: its standard output may hold a secret (the gateway's record)
 */
export async function mustSucceed(exec: Exec, argv: readonly string[], seconds?: number): Promise<string> {
  const result = await exec(argv, undefined, seconds);
  if (result.exitCode !== 0) {
    const said = result.stderr.trim() || "without a word";
    throw new Error(`\`${argv.join(" ")}\` ended with exit code ${result.exitCode}: ${said}`);
  }
  return result.stdout;
}
