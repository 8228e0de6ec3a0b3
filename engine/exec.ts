import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { splitFrames } from "./frames.ts";

/** What a command in a container left behind. */
export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a command in a container that is settled already; `stdin` keeps secrets out of the process list. */
export type Exec = (argv: readonly string[], stdin?: string) => Promise<ExecResult>;

/** Runs a command in a running container, by an exec of its own. */
export async function execIn(
  container: Docker.Container,
  argv: readonly string[],
  stdin?: string,
): Promise<ExecResult> {
  const exec = await container.exec({
    Cmd: [...argv],
    AttachStdin: stdin !== undefined,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: stdin !== undefined, stdin: stdin !== undefined });
  if (stdin !== undefined) stream.end(stdin);
  const { stdout, stderr } = splitFrames(await buffer(stream));
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, stdout, stderr };
}

/** As {@link execIn}, but a failing command is an error that carries what it complained of. */
export async function mustExec(container: Docker.Container, argv: readonly string[]): Promise<string> {
  return await mustSucceed((command) => execIn(container, command), argv);
}

/**
 * What a command printed. One that fails is an error with its error output alone: what it printed before may be a secret,
 * such as the gateway's record.
 */
export async function mustSucceed(exec: Exec, argv: readonly string[]): Promise<string> {
  const result = await exec(argv);
  if (result.exitCode !== 0) {
    const said = result.stderr.trim() || "without a word";
    throw new Error(`\`${argv.join(" ")}\` ended with exit code ${result.exitCode}: ${said}`);
  }
  return result.stdout;
}
