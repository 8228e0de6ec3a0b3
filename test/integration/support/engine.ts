import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { connectEngine } from "../../../engine/client.ts";
import { buildSampleImages } from "../../../dev/sample/images.ts";
import {
  containerdPid,
  endEngine,
  enginePid,
  launchEngine,
  volumesOf,
  type EngineOptions,
} from "../../../dev/toolchain/engine-process.ts";
import { engineIn, unpackEngine, type EngineKind } from "../../../dev/toolchain/engine-tree.ts";
import { localPaths } from "../../../dev/toolchain/environment.ts";
import { extraEnginePaths, ownEngine, removeEngine } from "../../../dev/toolchain/extra-engines.ts";
import { buildImages } from "../../../dev/toolchain/images/build.ts";
import { bringEngineTree } from "../../../dev/toolchain/private-engine.ts";
import { privatePaths, type EnginePaths } from "../../../dev/toolchain/private-paths.ts";
import { run } from "../../../dev/toolchain/process.ts";
import { containerProcessesUnder, killProcesses, processesUnder } from "../../../host/processes.ts";
import { freePort } from "../../../dev/platform/ports.ts";

const megabyte = 1024 * 1024;
const fillBlock = 64 * 1024;

/** Options of a {@link TestEngine}. */
export interface TestEngineOptions {
  /** True if containers keep running while the engine is down. */
  liveRestore: boolean;
  /** Puts the volumes on a file system of this size, which a test can fill. Default: the disk of the machine. */
  volumesMegabytes?: number;
  /** The kind of engine. Default: that of the private engine. */
  kind?: EngineKind;
  /** True if the engine gets the local images. Default: true. */
  images?: boolean;
}

/** Why a {@link TestEngine} can't start here. Undefined if it can. */
export function withoutTestEngine(): string | undefined {
  return process.getuid?.() === 0 ? undefined : "an engine that may be killed can be started by root only";
}

/** The kind of engine that the private engine isn't. */
export function otherEngine(): EngineKind {
  return engineIn(privatePaths.tree) === "current" ? "release" : "current";
}

/** A test's own engine with every local image. A test can kill and reboot it without effect on anything else. */
export class TestEngine {
  readonly docker: Docker;
  readonly paths: EnginePaths;
  /** Address of its socket. */
  readonly host: string;
  /** Its TCP address, on the loopback address. */
  readonly tcpHost: string;
  private options: EngineOptions;
  private readonly volumesMegabytes: number | undefined;

  private constructor(
    paths: EnginePaths,
    options: EngineOptions & { tcpPort: number },
    volumesMegabytes: number | undefined,
  ) {
    this.paths = paths;
    this.volumesMegabytes = volumesMegabytes;
    this.options = options;
    this.host = `unix://${paths.socket}`;
    this.tcpHost = `tcp://127.0.0.1:${options.tcpPort}`;
    this.docker = connectEngine(this.host);
  }

  /** Removes the engine that an interrupted test left, starts a new one and builds the images on it. */
  static async start(purpose: string, options: TestEngineOptions): Promise<TestEngine> {
    const paths = extraEnginePaths(purpose);
    await removeEngine(paths);
    const tree = await treeOf(options.kind);
    mkdirSync(paths.folder, { recursive: true });
    ownEngine(paths);
    // Hard links take no space. The engine needs its own paths: they tell its processes from another engine's.
    await run("cp", ["--archive", "--link", tree, paths.tree], { log: `${purpose}-tree` });
    if (options.volumesMegabytes !== undefined) await mountVolumes(paths, options.volumesMegabytes);
    const tcpPort = await freePort();
    const engine = new TestEngine(
      paths,
      { liveRestore: options.liveRestore, tcpPort },
      options.volumesMegabytes,
    );
    await engine.start();
    if (options.images === false) return engine;
    await buildImages(engine.host, () => undefined);
    await buildSampleImages(engine.host, () => undefined);
    return engine;
  }

  /** The folder of its volumes on this machine. */
  get volumesFolder(): string {
    return volumesOf(this.paths);
  }

  /**
   * Runs `work` while the file system of its volumes is full.
   *
   * @throws before it writes anything if the volumes aren't on the engine's own small file system: it would fill the
   *   machine's disk.
   */
  async whileFull<T>(work: () => Promise<T>): Promise<T> {
    const { bsize, blocks } = statfsSync(this.volumesFolder);
    const most = (this.volumesMegabytes ?? 0) * megabyte;
    if (bsize * blocks !== most) {
      throw new Error(
        `${this.volumesFolder} lies on a file system of ${bsize * blocks} bytes, not on one of ${most}`,
      );
    }
    const file = join(this.volumesFolder, "filler");
    try {
      fill(file, most);
      return await work();
    } finally {
      rmSync(file, { force: true });
    }
  }

  /** Creates a volume outside of that folder. It isn't affected when the volumes' file system is full. */
  async outsideVolume(name: string): Promise<void> {
    const device = join(this.paths.folder, "outside", name);
    mkdirSync(device, { recursive: true });
    await this.docker.createVolume({
      Name: name,
      Driver: "local",
      DriverOpts: { type: "none", o: "bind", device },
    });
  }

  /** The folder of a volume on this machine. */
  volumeFolder(name: string): string {
    return join(this.volumesFolder, name, "_data");
  }

  /** Starts the engine again after {@link kill}. Default of `liveRestore`: the previous value. */
  async start(liveRestore = this.options.liveRestore): Promise<void> {
    this.options = { ...this.options, liveRestore };
    await launchEngine(this.paths, this.options);
  }

  /** Kills the engine like a crash. Its containerd and its proxies end too, its containers keep running. */
  async kill(): Promise<void> {
    const pids = [enginePid(this.paths), containerdPid(this.paths)].filter((pid) => pid !== undefined);
    await killProcesses(pids.slice(0, 1));
    await killProcesses(pids.slice(1));
  }

  /** Kills only its containerd. The engine starts another one. */
  async killContainerd(): Promise<void> {
    const pid = containerdPid(this.paths);
    if (pid !== undefined) await killProcesses([pid]);
  }

  /** Simulates a power cut and a boot: kills everything, unmounts everything, and starts only the engine. */
  async reboot(): Promise<void> {
    const networks = await this.docker.listNetworks({ filters: { type: ["custom"] } });
    await this.kill();
    await killProcesses(processesUnder(this.paths.tree));
    await killProcesses(containerProcessesUnder(this.paths.data));
    await endEngine(this.paths);
    for (const { Id } of networks) {
      await run("ip", ["link", "delete", `br-${Id.slice(0, 12)}`], { log: "ip-link" });
    }
    await this.start();
  }

  /** Removes the engine and all its files. */
  async remove(): Promise<void> {
    await removeEngine(this.paths);
  }
}

async function treeOf(kind: EngineKind | undefined): Promise<string> {
  await bringEngineTree(() => undefined);
  if (kind === undefined || kind === engineIn(privatePaths.tree)) return privatePaths.tree;
  const tree = join(localPaths.made, "trees", kind);
  mkdirSync(dirname(tree), { recursive: true });
  if (engineIn(tree) === undefined) await unpackEngine(kind, tree, () => undefined);
  return tree;
}

function fill(file: string, mostBytes: number): void {
  const block = Buffer.alloc(fillBlock);
  try {
    for (let bytes = 0; bytes <= mostBytes; bytes += fillBlock) writeFileSync(file, block, { flag: "a" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return;
    throw error;
  }
  throw new Error(`${file} took ${mostBytes} bytes and the file system was not full`);
}

async function mountVolumes(paths: EnginePaths, megabytes: number): Promise<void> {
  const folder = volumesOf(paths);
  mkdirSync(folder, { recursive: true });
  // If its data folder isn't a mount, the engine bind-mounts it on itself, which hides the mounts below.
  await run("mount", ["--bind", paths.data, paths.data], { log: "mount-data" });
  await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { log: "mount-volumes" });
}
