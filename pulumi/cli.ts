import { spawn } from "node:child_process";
import { catchesSignals } from "../host/interruption.ts";
import { withLowPriority } from "./low-priority.ts";
import { projectFolderVariable } from "./told-folder.ts";

/** Exit code of `nice` if it does not find the program. */
const notFound = 127;

/** The exit code of the Pulumi CLI, and all that it printed. */
export interface CliResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Options for a run of the CLI. */
export interface CliOptions {
  /** Shows what it prints while it runs. Default: false. */
  show?: boolean;
  /** Its standard input. Default: nothing. */
  input?: string;
  /** Adds `--stack` to the command line, which a few commands don't accept. Default: true. */
  ofStack?: boolean;
  /** Variables added to the stack's environment; they win over it. Default: none. */
  environment?: Readonly<Record<string, string>>;
  /**
   * When this is aborted, the CLI gets SIGINT and ends in good order. With this option it runs in a session of its own,
   * without the terminal's signals: a second one would end it at once, in the middle of a step. If this is aborted
   * already, the CLI isn't started: exit code 1. Default: it gets the terminal's signals, unless this process catches
   * them to end its work in good order. The CLI ends undisturbed then.
   */
  interrupt?: AbortSignal;
}

/** A stack, and what the Pulumi CLI needs to work on it. */
export interface PulumiStack {
  /** The stack's name. */
  readonly stack: string;
  /** The folder with Pulumi.yaml and the stack's file. */
  readonly directory: string;
  /** The whole environment of the CLI. It decides which state, passphrase and engine the CLI uses. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The project's name, which is part of every resource's URN. */
  readonly project: string;
  /** Runs the CLI on the stack, as {@link runCli} does. */
  pulumi(args: readonly string[], options?: CliOptions): Promise<CliResult>;
}

/**
 * Runs the Pulumi CLI to its end; a failure is an exit code, not an error. The CLI, its plugins and the steps of a
 * deploy get a lower priority (most of all in their own session), so that the platform comes first on a shared host.
 *
 * @throws Error if the CLI can't be started.
 */
export async function runCli(
  { stack: name, directory, environment }: Pick<PulumiStack, "stack" | "directory" | "environment">,
  args: readonly string[],
  options: CliOptions,
): Promise<CliResult> {
  // An aborted signal tells nobody any more.
  if (options.interrupt?.aborted === true)
    return { exitCode: 1, stdout: "", stderr: "interrupted before the Pulumi CLI was started" };
  const stack = options.ofStack === false ? [] : ["--stack", name];
  const ownSession = options.interrupt !== undefined || catchesSignals();
  const command = ["pulumi", ...args, ...stack, "--non-interactive"];
  const [file = "", ...rest] = withLowPriority(command, ownSession);
  const child = spawn(file, rest, {
    cwd: directory,
    env: { ...environment, [projectFolderVariable]: directory, ...options.environment },
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
  // If the CLI ends before it has read everything, its exit code tells.
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
  if (exitCode === notFound) {
    throw new Error(
      "the Pulumi CLI could not be started: it is not on the PATH. A stack of your own takes one that you install " +
        "(docs/getting-started.md says which); the trial platform's comes with `npm run setup`",
    );
  }
  return { exitCode, ...printed };
}
