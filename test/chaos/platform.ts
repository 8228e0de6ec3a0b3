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

/**
 * Enough for the volumes without the data of MySQL and Prometheus: the frontends of twelve releases (two that run, three
 * kept, three taken back, and those of failed updates), of 3 MB each.
 */
const volumesMegabytes = 64;
const healthySeconds = 120;
const pollMilliseconds = 250;

/** One of the platform's containers, as the engine describes it. */
export interface Container {
  id: string;
  name: string;
  role: string;
  startedAt: string;
  pid: number;
  /** Colour of a backend. */
  color: string | undefined;
  /** Tag of a backend. */
  tag: string | undefined;
  /** Its health according to the engine. Its status if it is stopped or has no health check. */
  state: string;
  /** Output of its last health check. */
  said: string;
  /** True if the engine no longer runs its health check, and so never calls it healthy again. */
  forgotten: boolean;
}

/** Options of a {@link ChaosPlatform}. */
export interface ChaosPlatformOptions {
  /** The folder of the program. Default: this checkout. */
  program: string | undefined;
  /** True if containers keep running while the engine is down, until a step changes that. */
  liveRestore: boolean;
  /** Drain time of a superseded release, in seconds. The longest requests take nearly as long. */
  drainSeconds: number;
}

/** A platform on its own engine, and everything that a step can do to it. */
export class ChaosPlatform {
  readonly engine: TestEngine;
  /** The registry of the application's images. */
  readonly registry: TestRegistry;
  readonly prober: Prober;
  readonly name: string;
  /** Passwords and tokens. None of them may appear anywhere in plain text. */
  readonly secrets: string[];
  /** Output of the updates since the last check for secrets. */
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

  /** Brings up the whole platform and starts the traffic. */
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
    // The data are not on the disk that a step fills: a database with a full disk fails, whatever the gateway does.
    for (const volume of Object.values(volumes)) await engine.outsideVolume(volume);
    const stackFile = await StackFile.of(place, { drainSeconds, volumes, images: imagesFrom(registry) });
    const first = await update(place);
    if (!first.ok) throw new Error(`the platform could not be brought up:\n${first.output}`);
    return new ChaosPlatform({ engine, registry }, platform, place, stackFile, drainSeconds);
  }

  /** Writes the stack config and runs `pulumi up`. */
  async up(config: Config, ...options: string[]): Promise<Update> {
    await this.stackFile.write(config);
    return this.note(await update(this.place, ...options));
  }

  /** Like {@link up}, with further settings in the stack config. */
  async upWith(config: Config, further: Settings): Promise<Update> {
    await this.stackFile.write(config, further);
    return this.note(await update(this.place));
  }

  /** Like {@link up}, but kills the update when `moment` resolves. Returns false if the update ended before. */
  async killedUp(config: Config, moment: () => Promise<void>): Promise<boolean> {
    await this.stackFile.write(config);
    return await killedUpdate(this.place, moment);
  }

  /** The stack, in the form that the operator's commands take. */
  get target(): Target {
    const { stack, directory, environment } = this.place;
    return new Target(stack, directory, environment);
  }

  /** The backend and the frontend that answer publicly, e.g. `blue v1, frontend v1`, or why there is no answer. */
  async answering(): Promise<string> {
    // An old worker may still hold a kept connection, and answer once more for the previous release.
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

  /** Every container with the platform's label, including the short-lived ones of commands. */
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

  /** The backend that the gateway's live generation names. */
  async serving(): Promise<Container | undefined> {
    const generation = await this.liveGeneration();
    return (await this.containers()).find(
      ({ name }) => name.startsWith("backend-") && generation.endsWith(name.slice(8)),
    );
  }

  /** Waits until the chosen containers are healthy. Ignores those whose health check the engine no longer runs. */
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

  /** Kills a container's first process, like a crash. After Docker's own kill the engine would not restart it. */
  async crash(container: Container): Promise<void> {
    await killProcesses([container.pid]);
  }

  /** Runs `work`, and meanwhile damages each generation of the gateway's configuration as soon as it is written. */
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

  /** The state file as it is on disk. */
  async stateFile(): Promise<string> {
    return await this.platform.stateFile();
  }

  /** Removes everything, including the engine. */
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

/** The engine answers null for an image without environment. */
function versionIn(environment: string[] | null): string | undefined {
  return environment?.find((line) => line.startsWith("APP_VERSION="))?.replace("APP_VERSION=", "");
}

/** Waits for the last file of a generation, then damages its first one. Gives up after two seconds. */
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
