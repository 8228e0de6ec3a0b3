import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import type Docker from "dockerode";
import { stringify } from "yaml";
import { connectEngine } from "../../engine/client.ts";
import { runningGateway } from "../../gateway/live.ts";
import { Target } from "../../ops/target.ts";
import { projectRoot } from "../../host/project.ts";
import {
  childEnvironment,
  dropOverriding,
  localEnvironment,
  localPaths,
  stackStateFile,
} from "../toolchain/environment.ts";
import { removeLeftovers } from "../toolchain/leftovers.ts";
import { localStackFile } from "../toolchain/stack-file.ts";
import { pluginNames } from "../toolchain/versions.ts";
import { freePort } from "./ports.ts";
import { messageOf } from "../../host/message.ts";
import { projectFolderVariable } from "../../pulumi/told-folder.ts";
import { ofStack } from "../../workload/labels.ts";

/** One step of an update or a preview, from the events of Pulumi's engine. Leaves out steps of operation "same". */
export interface Step {
  op: string;
  /** Logical name, e.g. `gateway-route`. */
  name: string;
  type: string;
  /** Paths of the inputs that differ. */
  diffs: string[];
}

const execute = promisify(execFile);

/** A setting by its path below `webnet:`, e.g. `colors.green.backendTag`. */
export type SettingPath = string;

/** Options of a {@link TestPlatform}. */
export interface TestPlatformOptions {
  /** The stack config file to start from. Default: the one of the embedded default. */
  config?: string;
  /** The engine's address. Default: `WEBNET_TEST_ENGINE`, else the engine that set-up chose. */
  engineHost?: string;
  /** The folder of the program. Default: this checkout. */
  program?: string;
}

/**
 * A complete platform with its own stack, network, ports and volumes. It runs the program of this checkout with the
 * real Pulumi on a real engine.
 */
export class TestPlatform {
  readonly stack: Stack;
  readonly name: string;
  /** The address of the gateway. A test that changes the port in the settings sets this too. */
  url: string;
  /** The engine that the platform runs on. A test sets it if its config names another engine than the environment. */
  docker: Docker;
  private readonly directory: string;

  private constructor(stack: Stack, name: string, port: number, directory: string, engineHost?: string) {
    this.stack = stack;
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.directory = directory;
    this.docker = connectEngine(engineHost);
  }

  /** Creates the stack and its config. Starts nothing. */
  static async create(purpose: string, options: TestPlatformOptions = {}): Promise<TestPlatform> {
    const { config = localStackFile, program = projectRoot } = options;
    const environment = localEnvironment();
    dropOverriding();
    const engineHost = options.engineHost ?? process.env["WEBNET_TEST_ENGINE"] ?? environment["DOCKER_HOST"];
    const name = `test-${purpose}-${process.pid}`;
    const directory = join(localPaths.made, "test", name);
    await mkdir(directory, { recursive: true });
    await writeProject(directory, program);
    await cp(config, join(directory, `Pulumi.${name}.yaml`));
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: name, workDir: directory },
      {
        envVars: {
          ...environment,
          [projectFolderVariable]: directory,
          ...(engineHost !== undefined && { DOCKER_HOST: engineHost }),
        },
        pulumiCommand: await PulumiCommand.get({ root: localPaths.made, skipVersionCheck: true }),
      },
    );
    const port = await freePort();
    const platform = new TestPlatform(stack, name, port, directory, engineHost);
    await platform.set({
      "network.name": `webnet-${name}`,
      "gateway.httpPort": String(port),
      "monitoring.prometheusPort": String(await freePort()),
    });
    return platform;
  }

  /** Changes settings as an operator does, with `pulumi config set --path`. */
  async set(settings: Record<SettingPath, string>): Promise<void> {
    const entries = Object.entries(settings).map(([path, value]) => [`webnet:${path}`, { value }] as const);
    await this.stack.setAllConfig(Object.fromEntries(entries), true);
  }

  /** Sets a text that `pulumi config set --path` would store as a number without `--type string`. */
  async setText(path: SettingPath, text: string): Promise<void> {
    const args = ["config", "set", "--type", "string", "--path", `webnet:${path}`, text];
    const { exitCode, stderr } = await this.target.pulumi(args);
    if (exitCode !== 0) throw new Error(`pulumi config set failed: ${stderr}`);
  }

  /** Switches the stack to the program of another checkout, like an upgrade of webnet. */
  async useProgram(folder: string): Promise<void> {
    await writeProject(this.directory, folder);
  }

  /** Removes settings from the stack config. */
  async unset(...paths: SettingPath[]): Promise<void> {
    for (const path of paths) await this.stack.removeConfig(`webnet:${path}`, true);
  }

  /** The platform in the form that the operator's commands take. */
  get target(): Target {
    return new Target(this.name, this.directory, childEnvironment());
  }

  /** Runs `pulumi up` and returns the steps that changed something. */
  async up(): Promise<Step[]> {
    return await this.steps("up", "--yes", "--skip-preview");
  }

  /** Runs a `pulumi up` that must fail, and returns its output. */
  async failingUp(): Promise<string> {
    try {
      await this.up();
    } catch (error) {
      return messageOf(error);
    }
    throw new Error("the update was expected to fail, and ended well");
  }

  /** Runs `pulumi preview` and returns the planned steps. */
  async preview(): Promise<Step[]> {
    return await this.steps("preview");
  }

  /**
   * Runs the CLI and not the Automation API: after each update the API also asks for outputs and history, which takes a
   * quarter of the time of an update.
   *
   * @throws Error with the whole output of the CLI.
   */
  private async steps(...args: string[]): Promise<Step[]> {
    const { workDir, envVars } = this.stack.workspace;
    const log = join(this.directory, `${randomUUID()}.events`);
    const options = {
      cwd: workDir,
      env: { ...childEnvironment(), ...envVars, PULUMI_DEBUG_COMMANDS: "true" },
    };
    try {
      await execute(
        join(localPaths.bin, "pulumi"),
        [...args, "--non-interactive", "--stack", this.name, "--event-log", log],
        { ...options, maxBuffer: Infinity },
      );
      const lines = (await readFile(log, "utf8")).trim().split("\n");
      return lines.flatMap((line) => stepOf(JSON.parse(line) as EngineEvent));
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      throw new Error(`pulumi ${args[0] ?? ""} failed:\n${stdout}${stderr}`, { cause: error });
    } finally {
      await rm(log, { force: true });
    }
  }

  /** The state file as it is on disk. The export of the Automation API would decrypt it. */
  async stateFile(): Promise<string> {
    return await readFile(this.stateFilePath, "utf8");
  }

  get stateFilePath(): string {
    return stackStateFile(this.name);
  }

  /** The ids of the platform's containers, by role and release. */
  async containers(): Promise<Map<string, string>> {
    const filters = { label: ofStack(this.name) };
    const list = await this.docker.listContainers({ all: true, filters });
    return new Map(list.map(({ Names, Id }) => [(Names[0] ?? "").replace(`/webnet-${this.name}-`, ""), Id]));
  }

  /** One of the stack's outputs, as text. */
  async output(name: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.target.pulumi([
      "stack",
      "output",
      name,
      "--show-secrets",
    ]);
    if (exitCode !== 0) throw new Error(stderr);
    return stdout.trim();
  }

  /** The container of the serving gateway. */
  async gateway(): Promise<Docker.Container> {
    const running = await runningGateway(this.docker, this.name);
    if (running === undefined) throw new Error(`no gateway of ${this.name} runs`);
    return running.gateway.container;
  }

  /** The backend container of the release that the stack's outputs name as active. */
  async activeContainer(): Promise<Docker.Container> {
    return this.docker.getContainer(`webnet-${this.name}-backend-${await this.output("release")}`);
  }

  /** Removes the platform with its data at once, in whatever state a test leaves it. */
  async remove(): Promise<void> {
    await removeLeftovers(this.docker, { ofStack: (stack) => stack === this.name, volumes: true });
    await this.stack.workspace.removeStack(this.name, { force: true });
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function writeProject(directory: string, main: string): Promise<void> {
  const runtime = { name: "nodejs", options: { typescript: false } };
  const project = { name: "webnet", main, runtime, ...otherPlugins() };
  await writeFile(join(directory, "Pulumi.yaml"), stringify(project));
}

/**
 * Makes Pulumi use the provider plugins in the folder of `WEBNET_TEST_PLUGINS`, for example the released ones on a
 * machine where set-up has built stand-ins.
 */
export function otherPlugins(): object {
  const path = process.env["WEBNET_TEST_PLUGINS"];
  if (path === undefined) return {};
  const there = pluginNames.filter((name) => existsSync(join(path, `pulumi-resource-${name}`)));
  return { plugins: { providers: there.map((name) => ({ name, path })) } };
}

function stepOf({ resourcePreEvent }: EngineEvent): Step[] {
  const metadata = resourcePreEvent?.metadata;
  if (metadata === undefined || metadata.op === "same" || metadata.op === "read") return [];
  if (metadata.type === "pulumi:pulumi:Stack") return [];
  const name = metadata.urn.split("::").at(-1) ?? "";
  return [{ op: metadata.op, name, type: metadata.type, diffs: metadata.diffs ?? [] }];
}
