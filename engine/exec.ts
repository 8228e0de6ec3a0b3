import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { within } from "./bound.ts";
import { splitFrames } from "./frames.ts";

/** What a command in a container left behind. */
export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command in a container that is settled already; `stdin` keeps secrets out of the process list. A command that
 * may take longer than {@link execSeconds} says so by `seconds`.
 */
export type Exec = (argv: readonly string[], stdin?: string, seconds?: number) => Promise<ExecResult>;

/** What a command may take, in seconds: those that are run take one or two, and more on a host that has much to do. */
export const execSeconds = 120;

const shownCharacters = 100;

/**
 * Runs a command in a running container, by an exec of its own.
 *
 * @param seconds how long it may take. Default: {@link execSeconds}
 * @throws OutOfTime when that is over; in the container the command may then still run
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
    const stream = await exec.start({ hijack: hasInput, stdin: hasInput, abortSignal: signal });
    signal.addEventListener("abort", () => stream.destroy());
    if (stdin !== undefined) stream.end(stdin);
    const { stdout, stderr } = splitFrames(await buffer(stream));
    const { ExitCode } = await exec.inspect({ abortSignal: signal });
    return { exitCode: ExitCode ?? -1, stdout, stderr };
  });
}

/** A command as an error names it: scripts are cut. */
export function commandInWords(argv: readonly string[]): string {
  const line = argv.join(" ").replaceAll(/\s+/g, " ");
  return `\`${line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line}\` in a container`;
}

/** As {@link execIn}, but a failing command is an error that carries what it complained of. */
export async function mustExec(container: Docker.Container, argv: readonly string[]): Promise<string> {
  return await mustSucceed((command) => execIn(container, command), argv);
}

/**
 * What a command printed. One that fails is an error with its error output alone: what it printed before may be a secret,
 * such as the gateway's record.
 *
 * @param seconds how long it may take. Default: {@link execSeconds}
 */
export async function mustSucceed(exec: Exec, argv: readonly string[], seconds?: number): Promise<string> {
  const result = await exec(argv, undefined, seconds);
  if (result.exitCode !== 0) {
    const said = result.stderr.trim() || "without a word";
    throw new Error(`\`${argv.join(" ")}\` ended with exit code ${result.exitCode}: ${said}`);
  }
  return result.stdout;
}
