import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type Docker from "dockerode";
import { parse } from "yaml";
import { z } from "zod";
import { engineAddress } from "../engine/address.ts";
import { connectEngine } from "../engine/client.ts";
import type { Settings } from "../settings/parse.ts";
import { projectRoot } from "../host/project.ts";
import { stackPrefix } from "../workload/names.ts";
import { runCli, type CliOptions, type CliResult, type PulumiStack } from "../pulumi/cli.ts";
import { SettingsError } from "../settings/problem.ts";
import { hostInWrongFile } from "./engine-host.ts";
import { readStackFile } from "./stack-config.ts";

const projectSchema = z.object({ name: z.string(), main: z.string().optional() });

/** A stack that the operator's commands work on. */
export class Target implements PulumiStack {
  readonly stack: string;
  /** The folder with Pulumi.yaml and the stack's file. */
  readonly directory: string;
  /** The complete environment of the Pulumi CLI. It decides which state, passphrase and engine the CLI uses. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  #interrupt: AbortSignal | undefined;

  constructor(
    stack: string,
    directory: string = projectRoot,
    environment: Readonly<Record<string, string | undefined>> = { ...process.env },
  ) {
    this.stack = stack;
    this.directory = directory;
    this.environment = environment;
  }

  /** The same stack. Its runs of the CLI end in good order when `interrupt` is aborted. */
  interruptedBy(interrupt: AbortSignal): Target {
    const target = new Target(this.stack, this.directory, this.environment);
    target.#interrupt = interrupt;
    return target;
  }

  /** The prefix of the names of the stack's containers and volumes. */
  get prefix(): string {
    return stackPrefix(this.stack);
  }

  /** The path of the stack's file. */
  get configFile(): string {
    return join(this.directory, `Pulumi.${this.stack}.yaml`);
  }

  /** The project's name. It is part of every resource's URN. */
  get project(): string {
    return this.projectFile().name;
  }

  /** The working directory of the program, and so of every script of a deploy. */
  get programDirectory(): string {
    const main = resolve(this.directory, this.projectFile().main ?? ".");
    return statSync(main).isDirectory() ? main : dirname(main);
  }

  /**
   * Reads the stack's settings from its file, without Pulumi: this works even if the state is lost or broken.
   *
   * @throws Error if the file is missing; SettingsError if it is wrong.
   */
  settings(): Settings {
    return readStackFile(this.configText(), this.stack, this);
  }

  /**
   * The address of the engine that the platform runs on. If other settings are wrong, `engine.host` still counts: that
   * is when an operator needs to see what runs.
   *
   * @throws Error if the stack's file is missing; SettingsError if its `engine.host` is wrong
   */
  get engineAddress(): string {
    return engineAddress(this.engineHost(), this.environment);
  }

  private engineHost(): string | undefined {
    try {
      return this.settings().engine.host;
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      const found = hostInWrongFile(this.configText(), this.stack, this.project);
      if (found === undefined) throw error;
      return found.host;
    }
  }

  /**
   * The text of the stack's file.
   *
   * @throws Error if it is missing, which names the stacks that have one
   */
  configText(): string {
    if (!existsSync(this.configFile))
      throw new Error(
        `there is no ${this.configFile}: name a stack that has one with --stack${thoseWithFile(this.directory)}`,
      );
    return readFileSync(this.configFile, "utf8");
  }

  /** A client of the engine that the platform runs on. */
  docker(): Docker {
    return connectEngine(this.engineAddress);
  }

  private projectFile(): { name: string; main?: string | undefined } {
    const file = join(this.directory, "Pulumi.yaml");
    if (!existsSync(file))
      throw new Error(
        `there is no ${file}: name the folder that has one, beside the stack's file, with --cwd`,
      );
    return projectSchema.parse(parse(readFileSync(file, "utf8")));
  }

  /**
   * Runs the Pulumi CLI on the stack to its end. A failure is an exit code, not an error.
   *
   * @throws Error if the CLI can't be started.
   */
  async pulumi(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const interrupt = this.#interrupt;
    return await runCli(this, args, { ...(interrupt !== undefined && { interrupt }), ...options });
  }
}

/** The stacks that have a file in a folder, for the end of a sentence; empty if there are none. */
function thoseWithFile(directory: string): string {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const stacks = names.flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  return stacks.length === 0 ? "" : ` (here: ${stacks.sort().join(", ")})`;
}
