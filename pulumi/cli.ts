import { spawn } from "node:child_process";
import { withLowPriority } from "./low-priority.ts";

/** What `nice` ends with where it finds no such program. */
const notFound = 127;

/** How the Pulumi CLI ended, with all that it printed. */
export interface CliResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** How the CLI is run. */
export interface CliOptions {
  /** Shows what it prints while it runs. Default: false. */
  show?: boolean;
  /** Given to its standard input. Default: nothing. */
  input?: string;
  /** Names the stack on the command line, which a few commands don't take. Default: true. */
  ofStack?: boolean;
  /** Laid over the stack's environment. */
  environment?: Readonly<Record<string, string>>;
  /**
   * Asks it to end in good order when this is aborted. It then has a session of its own, and doesn't get the terminal's
   * signals, of which a second one would end it at once, in the middle of a step. Default: it gets them.
   */
  interrupt?: AbortSignal;
}

/** A stack with what the Pulumi CLI is run with. */
export interface PulumiStack {
  /** The stack's name. */
  readonly stack: string;
  /** The folder with Pulumi.yaml and the stack's file. */
  readonly directory: string;
  /** The whole environment of the CLI: which state, passphrase and engine it uses. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The project's name, which is part of every resource's. */
  readonly project: string;
  /** Runs the CLI on the stack, as {@link runCli} does. */
  pulumi(args: readonly string[], options?: CliOptions): Promise<CliResult>;
}

/**
 * Runs the Pulumi CLI to its end, whatever that is. On a host that the two share, what serves comes first: the CLI,
 * its plugins and the steps of a deploy get a lower priority, above all in a session of their own.
 *
 * @throws Error when it can't be started.
 */
export async function runCli(
  { stack: name, directory, environment }: Pick<PulumiStack, "stack" | "directory" | "environment">,
  args: readonly string[],
  options: CliOptions,
): Promise<CliResult> {
  const stack = options.ofStack === false ? [] : ["--stack", name];
  const ownSession = options.interrupt !== undefined;
  const command = ["pulumi", ...args, ...stack, "--non-interactive"];
  const [file = "", ...rest] = withLowPriority(command, ownSession);
  const child = spawn(file, rest, {
    cwd: directory,
    env: { ...environment, ...options.environment },
    stdio: "pipe",
    detached: ownSession,
  });
  const interrupt = (): void => {
    child.kill("SIGINT");
  };
  options.interrupt?.addEventListener("abort", interrupt, { once: true });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
      if (options.show === true) process[name].write(text);
    });
  }
  // That it ended before it had read all is told by its exit code.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", (error) => {
      reject(new Error(`the Pulumi CLI could not be started: ${error.message}`));
    });
    child.once("close", (code) => {
      resolve(code ?? 1);
    });
  });
  options.interrupt?.removeEventListener("abort", interrupt);
  if (exitCode === notFound) throw new Error("the Pulumi CLI could not be started: it is not on the PATH");
  return { exitCode, ...printed };
}
