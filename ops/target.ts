import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type Docker from "dockerode";
import { parse } from "yaml";
import { z } from "zod";
import { engineAddress } from "../engine/address.ts";
import { connectEngine } from "../engine/client.ts";
import type { Settings } from "../settings/parse.ts";
import { projectRoot } from "../host/project.ts";
import { stackPrefix } from "../workload/names.ts";
import { withLowPriority } from "./low-priority.ts";
import { readStackFile } from "./stack-config.ts";

const projectSchema = z.object({ name: z.string(), main: z.string().optional() });

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
  /** Laid over the target's environment. */
  environment?: Readonly<Record<string, string>>;
  /**
   * Asks it to end in good order when this is aborted. It then has a session of its own, and doesn't get the terminal's
   * signals, of which a second one would end it at once, in the middle of a step. Default: it gets them.
   */
  interrupt?: AbortSignal;
}

/** A stack, as the operator's commands work on it. */
export class Target {
  readonly stack: string;
  /** The folder with Pulumi.yaml and the stack's file. */
  readonly directory: string;
  /** The whole environment of the Pulumi CLI: which state, passphrase and engine it uses. */
  readonly environment: Readonly<Record<string, string | undefined>>;

  constructor(
    stack: string,
    directory: string = projectRoot,
    environment: Readonly<Record<string, string | undefined>> = { ...process.env },
  ) {
    this.stack = stack;
    this.directory = directory;
    this.environment = environment;
  }

  /** What the names of the stack's containers and volumes begin with. */
  get prefix(): string {
    return stackPrefix(this.stack);
  }

  /** The stack's file. */
  get configFile(): string {
    return join(this.directory, `Pulumi.${this.stack}.yaml`);
  }

  /** The project's name, which is part of every resource's. */
  get project(): string {
    return this.projectFile().name;
  }

  /** The folder that the program, and so every command of a deploy, runs in. */
  get programDirectory(): string {
    const main = resolve(this.directory, this.projectFile().main ?? ".");
    return statSync(main).isDirectory() ? main : dirname(main);
  }

  /**
   * The stack's settings, read from its file without Pulumi, so that they can be had whatever became of the state.
   *
   * @throws Error where there is no such file; SettingsError where it isn't right.
   */
  settings(): Settings {
    if (!existsSync(this.configFile)) {
      throw new Error(`there is no ${this.configFile}: name a stack that has one with --stack`);
    }
    return readStackFile(readFileSync(this.configFile, "utf8"), this.stack, this.project);
  }

  /** The address of the engine that the platform runs on. */
  get engineAddress(): string {
    return engineAddress(this.settings().engine.host, this.environment);
  }

  /** A client of the engine that the platform runs on. */
  docker(): Docker {
    return connectEngine(this.engineAddress);
  }

  private projectFile(): { name: string; main?: string | undefined } {
    return projectSchema.parse(parse(readFileSync(join(this.directory, "Pulumi.yaml"), "utf8")));
  }

  /**
   * Runs the Pulumi CLI to its end, whatever that is. On a host that the two share, what serves comes first: the CLI,
   * its plugins and the steps of a deploy get a lower priority, above all in a session of their own.
   *
   * @throws Error when it can't be started.
   */
  async pulumi(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const stack = options.ofStack === false ? [] : ["--stack", this.stack];
    const ownSession = options.interrupt !== undefined;
    const command = ["pulumi", ...args, ...stack, "--non-interactive"];
    const [file = "", ...rest] = withLowPriority(command, ownSession);
    const child = spawn(file, rest, {
      cwd: this.directory,
      env: { ...this.environment, ...options.environment },
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
}
