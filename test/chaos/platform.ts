import { readFileSync, watch, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isForgotten } from "../../engine/health.ts";
import { childEnvironment } from "../../dev/toolchain/environment.ts";
import { killProcesses } from "../../host/processes.ts";
import { Target } from "../../ops/target.ts";
import { TestEngine } from "../integration/support/engine.ts";
import { TestPlatform } from "../../dev/platform/platform.ts";
import type { TestRegistry } from "../integration/support/registry.ts";
import { makeHugeFrontend } from "./big-frontend.ts";
import type { Config } from "./model.ts";
import { Prober } from "./prober.ts";
import { imagesFrom, sampleRegistry } from "./registry.ts";
import { StackFile, type Settings } from "./stack-file.ts";
import { killedUpdate, update, type CliPlace, type Update } from "./update.ts";
import { messageOf } from "../../host/message.ts";

/** Enough for what the platform keeps in volumes, MySQL's and Prometheus's data aside. */
const volumesMegabytes = 32;
const healthySeconds = 120;
const pollMilliseconds = 250;

/** One of the platform's containers, as the engine tells of it. */
export interface Container {
  id: string;
  name: string;
  role: string;
  startedAt: string;
  pid: number;
  /** Of a backend. */
  color: string | undefined;
  /** Of a backend. */
  tag: string | undefined;
  /** The engine's word for its health, or its status where it has none. */
  state: string;
  /** What its last health check printed. */
  said: string;
  /** Whether the engine no longer asks it, and so will never call it healthy. */
  forgotten: boolean;
}

/** What a {@link ChaosPlatform} is made of. */
export interface ChaosPlatformOptions {
  /** The folder of the program. Default: this checkout. */
  program: string | undefined;
  /** Whether containers go on while the engine is away, until a step says otherwise. */
  liveRestore: boolean;
  /** Seconds that a superseded release gets; nearly as long are the longest requests. */
  drainSeconds: number;
}

/** A platform on an engine of its own, with all that can be done to it. */
export class ChaosPlatform {
  readonly engine: TestEngine;
  /** Where the application's images come from. */
  readonly registry: TestRegistry;
  readonly prober: Prober;
  readonly name: string;
  /** Passwords and tokens, which must stand nowhere in plain text. */
  readonly secrets: string[];
  /** What updates printed since it was last looked at. */
  printed = "";
  private readonly platform: TestPlatform;
  private readonly place: CliPlace;
  private readonly stackFile: StackFile;

  private constructor(
    { engine, registry }: Pick<ChaosPlatform, "engine" | "registry">,
    platform: TestPlatform,
    place: CliPlace,
    stackFile: StackFile,
    drainSeconds: number,
  ) {
    this.engine = engine;
    this.registry = registry;
    this.platform = platform;
    this.place = place;
    this.name = platform.name;
    this.stackFile = stackFile;
    this.secrets = this.readSecrets();
    this.prober = new Prober(platform.url, drainSeconds);
  }

  /** Brings the whole platform up, and begins to ask it. */
  static async start({ program, liveRestore, drainSeconds }: ChaosPlatformOptions): Promise<ChaosPlatform> {
    const engine = await TestEngine.start(`chaos-${process.pid}`, { liveRestore, volumesMegabytes });
    const platform = await TestPlatform.create("chaos", {
      engineHost: engine.host,
      ...(program !== undefined && { program }),
    });
    await makeHugeFrontend(platform.docker, volumesMegabytes);
    const registry = await sampleRegistry(platform.docker, ["huge"]);
    const directory = platform.stack.workspace.workDir;
    const environment = { ...childEnvironment(), DOCKER_HOST: engine.host };
    const place = { stack: platform.name, directory, environment };
    const volumes = { mysql: "chaos-mysql", prometheus: "chaos-prometheus" };
    // Data lie outside of what a step fills: a database whose own disk is full serves nobody, whatever the gateway does.
    for (const volume of Object.values(volumes)) await engine.outsideVolume(volume);
    const stackFile = await StackFile.of(place, { drainSeconds, volumes, images: imagesFrom(registry) });
    const first = await update(place);
    if (!first.ok) throw new Error(`the platform could not be brought up:\n${first.output}`);
    return new ChaosPlatform({ engine, registry }, platform, place, stackFile, drainSeconds);
  }

  /** Writes the stack's file and runs `pulumi up`. */
  async up(config: Config, ...options: string[]): Promise<Update> {
    await this.stackFile.write(config);
    return this.note(await update(this.place, ...options));
  }

  /** As {@link up}, with further settings in the stack's file. */
  async upWith(config: Config, further: Settings): Promise<Update> {
    await this.stackFile.write(config, further);
    return this.note(await update(this.place));
  }

  /** As {@link up}, but killed at a moment. */
  async killedUp(config: Config, moment: () => Promise<void>): Promise<boolean> {
    await this.stackFile.write(config);
    return await killedUpdate(this.place, moment);
  }

  /** The stack, as an operator's commands work on it. */
  get target(): Target {
    const { stack, directory, environment } = this.place;
    return new Target(stack, directory, environment);
  }

  /** What answers publicly, backend and frontend: `blue v1, frontend v1`, or why it can't be told. */
  async answering(): Promise<string> {
    // A kept connection may be an old worker's, which answers once more for the release before.
    const headers = { connection: "close" };
    try {
      const version = await fetch(`${this.platform.url}/api/version`, { headers });
      const page = await (await fetch(`${this.platform.url}/`, { headers })).text();
      const { color, version: tag } = (await version.json()) as { color: string; version: string };
      const frontend = /<meta name="webnet-version" content="([^"]*)"/.exec(page)?.[1] ?? "unknown";
      return `${color} ${tag}, frontend ${frontend}`;
    } catch (error) {
      return `no answer: ${messageOf(error)}`;
    }
  }

  /** Every container with the platform's label, those that a command made for a moment included. */
  async containers(): Promise<Container[]> {
    const docker = this.engine.docker;
    const label = [`webnet.stack=${this.name}`];
    const list = await docker.listContainers({ all: true, filters: { label } });
    const found = await Promise.all(
      list.map(async ({ Id, Labels }): Promise<Container> => {
        const inspected = await docker.getContainer(Id).inspect();
        const { Name, State, Config } = inspected;
        return {
          id: Id,
          name: Name.replace(`/webnet-${this.name}-`, ""),
          role: Labels["webnet.role"] ?? "",
          startedAt: State.StartedAt,
          pid: State.Pid,
          color: Labels["webnet.color"],
          tag: versionIn(Config.Env),
          state: State.Running ? (State.Health?.Status ?? State.Status) : State.Status,
          said: State.Health?.Log.at(-1)?.Output.trim() ?? "",
          forgotten: isForgotten(inspected, Date.now()),
        };
      }),
    );
    return found.sort((one, other) => one.name.localeCompare(other.name));
  }

  /** The container that the gateway's live generation names. */
  async serving(): Promise<Container | undefined> {
    const generation = await this.liveGeneration();
    return (await this.containers()).find(
      ({ name }) => name.startsWith("backend-") && generation.endsWith(name.slice(8)),
    );
  }

  /** Waits until the containers that a test picks are healthy. */
  async healthy(which: (container: Container) => boolean): Promise<void> {
    const deadline = Date.now() + healthySeconds * 1000;
    for (;;) {
      const down = (await this.containers()).filter(
        (one) => which(one) && one.state !== "healthy" && !one.forgotten,
      );
      if (down.length === 0) return;
      if (Date.now() > deadline) {
        throw new Error(
          `not back: ${down.map(({ name, state, said }) => `${name} ${state} (${said})`).join(", ")}`,
        );
      }
      await sleep(pollMilliseconds);
    }
  }

  /** Kills a container's first process, as its own crash would. Docker's kill would keep it from coming back. */
  async crash(container: Container): Promise<void> {
    await killProcesses([container.pid]);
  }

  /** Damages each generation of the gateway's configuration as soon as it is written, while something is done. */
  async whileDamaging<T>(work: () => Promise<T>): Promise<T> {
    const folder = join(this.gatewayFolder, "generations");
    const watcher = watch(folder, (_, generation) => {
      if (generation !== null) void damage(join(folder, generation));
    });
    try {
      return await work();
    } finally {
      watcher.close();
    }
  }

  /** The state as it lies on disk. */
  async stateFile(): Promise<string> {
    return await this.platform.stateFile();
  }

  /** Takes everything away, the engine included. */
  async remove(): Promise<void> {
    await this.prober.stop();
    await this.registry.close();
    try {
      await this.platform.remove();
    } finally {
      await this.engine.remove();
    }
  }

  private get gatewayFolder(): string {
    return join(this.engine.volumeFolder(`webnet-${this.name}-gateway-config`), "gateway");
  }

  private async liveGeneration(): Promise<string> {
    const text = await readFile(join(this.gatewayFolder, "current", "record.json"), "utf8");
    return (JSON.parse(text) as { generation: string }).generation;
  }

  private note(result: Update): Update {
    this.printed += result.output;
    return result;
  }

  private readSecrets(): string[] {
    const file = (purpose: string, name: string) =>
      readFileSync(
        join(this.engine.volumeFolder(`webnet-${this.name}-${purpose}-files`), name),
        "utf8",
      ).trim();
    const record = readFileSync(join(this.gatewayFolder, "current", "record.json"), "utf8");
    const { guardToken } = JSON.parse(record) as { guardToken: string };
    return [
      guardToken,
      file("mysql-secrets", "root-password"),
      file("backend-secrets", "spring.datasource.password"),
    ];
  }
}

/** Some images have no environment at all, for which the engine answers null. */
function versionIn(environment: string[] | null): string | undefined {
  return environment?.find((line) => line.startsWith("APP_VERSION="))?.replace("APP_VERSION=", "");
}

/** Waits for the last file of a generation, and breaks its first one. */
async function damage(generation: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    try {
      readFileSync(join(generation, "record.json"));
      writeFileSync(join(generation, "nginx.conf"), "damaged {");
      return;
    } catch {
      await sleep(5);
    }
  }
}
