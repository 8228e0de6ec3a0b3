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
import { childEnvironment, localEnvironment, localPaths, stackStateFile } from "../toolchain/environment.ts";
import { removeLeftovers } from "../toolchain/leftovers.ts";
import { pluginNames } from "../toolchain/versions.ts";
import { freePort } from "./ports.ts";
import { messageOf } from "../../host/message.ts";

/** One step of an update or a preview that isn't "same", as the engine told it. */
export interface Step {
  op: string;
  /** Logical name, e.g. `gateway-route`. */
  name: string;
  type: string;
  /** Paths of the inputs that differ. */
  diffs: string[];
}

const execute = promisify(execFile);

const localConfig = join(projectRoot, "Pulumi.local.yaml");

/** A setting by its path below `webnet:`, e.g. `colors.green.backendTag`. */
export type SettingPath = string;

/** What a {@link TestPlatform} is made of; each has a default. */
export interface TestPlatformOptions {
  /** The stack's settings to begin with. Default: the embedded default's. */
  config?: string;
  /** The engine's address. Default: `WEBNET_TEST_ENGINE`, else the one that set-up chose. */
  engineHost?: string;
  /** The folder of the program. Default: this checkout. */
  program?: string;
}

/**
 * A whole platform of its own: stack, network, ports and volumes that nothing else uses. It runs the program of this
 * checkout with the real Pulumi on a real engine.
 */
export class TestPlatform {
  readonly stack: Stack;
  readonly name: string;
  /** Where it answers; another port in its settings is another one. */
  url: string;
  /** The engine that the platform runs on: to be set where its config names another one than its environment. */
  docker: Docker;
  private readonly directory: string;

  private constructor(stack: Stack, name: string, port: number, directory: string, engineHost?: string) {
    this.stack = stack;
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.directory = directory;
    this.docker = connectEngine(engineHost);
  }

  /** Makes the stack and its configuration; nothing runs yet. */
  static async create(purpose: string, options: TestPlatformOptions = {}): Promise<TestPlatform> {
    const { config = localConfig, program = projectRoot } = options;
    const environment = localEnvironment();
    const engineHost = options.engineHost ?? process.env["WEBNET_TEST_ENGINE"] ?? environment["DOCKER_HOST"];
    const name = `test-${purpose}-${process.pid}`;
    const directory = join(localPaths.made, "test", name);
    await mkdir(directory, { recursive: true });
    await writeProject(directory, program);
    await cp(config, join(directory, `Pulumi.${name}.yaml`));
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: name, workDir: directory },
      {
        envVars: { ...environment, ...(engineHost !== undefined && { DOCKER_HOST: engineHost }) },
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

  /** Changes settings the way an operator does: `pulumi config set --path`. */
  async set(settings: Record<SettingPath, string>): Promise<void> {
    const entries = Object.entries(settings).map(([path, value]) => [`webnet:${path}`, { value }] as const);
    await this.stack.setAllConfig(Object.fromEntries(entries), true);
  }

  /** Changes a setting to a text that `pulumi config set --path` by itself makes a number of. */
  async setText(path: SettingPath, text: string): Promise<void> {
    const args = ["config", "set", "--type", "string", "--path", `webnet:${path}`, text];
    const { exitCode, stderr } = await this.target.pulumi(args);
    if (exitCode !== 0) throw new Error(`pulumi config set failed: ${stderr}`);
  }

  /** From now on the stack is another checkout's, as after an upgrade of webnet. */
  async useProgram(folder: string): Promise<void> {
    await writeProject(this.directory, folder);
  }

  /** Takes settings out of the stack config. */
  async unset(...paths: SettingPath[]): Promise<void> {
    for (const path of paths) await this.stack.removeConfig(`webnet:${path}`, true);
  }

  /** The platform as the operator's commands take it. */
  get target(): Target {
    return new Target(this.name, this.directory, childEnvironment());
  }

  /** `pulumi up`; yields the steps that changed something. */
  async up(): Promise<Step[]> {
    return await this.steps("up", "--yes", "--skip-preview");
  }

  /** `pulumi up` that must fail; yields everything it printed. */
  async failingUp(): Promise<string> {
    try {
      await this.up();
    } catch (error) {
      return messageOf(error);
    }
    throw new Error("the update was expected to fail, and ended well");
  }

  /** `pulumi preview`; yields the planned steps. */
  async preview(): Promise<Step[]> {
    return await this.steps("preview");
  }

  /**
   * Runs the CLI. After each update a stack of the Automation API asks for outputs and history as well, which takes as
   * long as a fourth of one.
   *
   * @throws Error with all that it printed.
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

  /** The state as it lies on disk; the Automation API's own export decrypts it. */
  async stateFile(): Promise<string> {
    return await readFile(this.stateFilePath, "utf8");
  }

  get stateFilePath(): string {
    return stackStateFile(this.name);
  }

  /** The platform's containers, by their role and release, with their ids. */
  async containers(): Promise<Map<string, string>> {
    const label = `webnet.stack=${this.name}`;
    const list = await this.docker.listContainers({ all: true, filters: { label: [label] } });
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

  /** The container of the gateway that serves. */
  async gateway(): Promise<Docker.Container> {
    const running = await runningGateway(this.docker, this.name);
    if (running === undefined) throw new Error(`no gateway of ${this.name} runs`);
    return running.gateway.container;
  }

  /** The container of the release that the stack's outputs name as active. */
  async activeContainer(): Promise<Docker.Container> {
    return this.docker.getContainer(`webnet-${this.name}-backend-${await this.output("release")}`);
  }

  /** Takes everything away at once, the data included, whatever state a test left it in. */
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
 * Takes the provider plugins of the folder that `WEBNET_TEST_PLUGINS` names, as the released ones where set-up has built
 * stand-ins.
 */
export function otherPlugins(): object {
  const path = process.env["WEBNET_TEST_PLUGINS"];
  if (path === undefined) return {};
  const there = pluginNames.filter((name) => existsSync(join(path, `pulumi-resource-${name}`)));
  return { plugins: { providers: there.map((name) => ({ name, path })) } };
}

/** What an event tells of a step that changes something. */
function stepOf({ resourcePreEvent }: EngineEvent): Step[] {
  const metadata = resourcePreEvent?.metadata;
  if (metadata === undefined || metadata.op === "same" || metadata.op === "read") return [];
  if (metadata.type === "pulumi:pulumi:Stack") return [];
  const name = metadata.urn.split("::").at(-1) ?? "";
  return [{ op: metadata.op, name, type: metadata.type, diffs: metadata.diffs ?? [] }];
}
