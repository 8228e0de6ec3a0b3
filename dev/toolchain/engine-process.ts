import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answers } from "./engine-probe.ts";
import { treeEnvironment } from "./engine-tree.ts";
import { makeEngineFolders, type EnginePaths } from "./private-paths.ts";
import {
  containerProcessesUnder,
  describeProcess,
  endProcesses,
  mountsUnder,
  processesUnder,
  programOf,
} from "../../host/processes.ts";
import { run } from "./process.ts";
import { isAtLeast } from "./versions.ts";

const defaultStartSeconds = 60;
const stopSeconds = 30;
const pollMilliseconds = 200;
const shownLines = 15;
/** From this version on, the engine's option to move its key out of /etc/docker is being phased out. */
const withoutKey = "23";

/** Options of one of the project's own engines. */
export interface EngineOptions {
  /** Containers keep running while the engine is down. */
  liveRestore: boolean;
  /** The engine also listens at `tcp://127.0.0.1:<port>`, without authentication. Default: only at its socket. */
  tcpPort?: number;
  /** Seconds until the engine must answer. Default 60. */
  startSeconds?: number;
}

/** The pid of the engine. Undefined if it isn't running: after a reboot the pid file alone proves nothing. */
export function enginePid(paths: EnginePaths): number | undefined {
  return processIn(paths.pid, paths);
}

/** The pid of the engine's own containerd. Undefined if it isn't running. */
export function containerdPid(paths: EnginePaths): number | undefined {
  return processIn(join(paths.exec, "containerd", "containerd.pid"), paths);
}

/**
 * Starts an engine from its unpacked tree, and waits until it answers. The engine sets no firewall rules. Its proxy
 * processes publish ports on addresses of this machine, and end with the engine.
 *
 * @throws with the last lines of the log when the engine doesn't start. It then runs no longer.
 */
export async function launchEngine(paths: EnginePaths, options: EngineOptions): Promise<void> {
  await makeWay(paths);
  makeEngineFolders(paths);
  const dockerd = join(paths.tree, "usr", "sbin", "dockerd");
  const env = { ...process.env, ...treeEnvironment(paths.tree) };
  const version = await run(dockerd, ["--version"], { log: "dockerd-version", env });
  const key = /version (\d+)/.exec(version)?.[1] ?? withoutKey;
  // By default the engine writes its key to /etc/docker, which is not ours.
  const ownKey = isAtLeast(key, withoutKey) ? {} : { "deprecated-key-path": join(paths.data, "key.json") };
  // By default newer engines store images in a form that an older engine can't read.
  const features = { "containerd-snapshotter": false };
  writeFileSync(paths.config, JSON.stringify({ ...ownKey, features }));
  const log = openSync(paths.log, "a");
  const child = spawn(
    dockerd,
    [
      ["--config-file", paths.config],
      ["--host", `unix://${paths.socket}`],
      ...(options.tcpPort === undefined ? [] : [["--host", `tcp://127.0.0.1:${options.tcpPort}`]]),
      ["--data-root", paths.data],
      ["--exec-root", paths.exec],
      ["--pidfile", paths.pid],
      // If the system's own containerd serves, the namespaces keep our containers apart from its containers.
      [
        "--containerd-namespace",
        paths.namespace,
        "--containerd-plugins-namespace",
        `${paths.namespace}-plugins`,
      ],
      ["--iptables=false", "--ip6tables=false", "--bridge=none", `--live-restore=${options.liveRestore}`],
    ].flat(),
    { env, stdio: ["ignore", log, log], detached: true },
  );
  child.unref();
  closeSync(log);
  const ended = new AbortController();
  for (const event of ["error", "exit"]) {
    child.once(event, () => {
      ended.abort();
    });
  }
  const deadline = Date.now() + (options.startSeconds ?? defaultStartSeconds) * 1000;
  while (!ended.signal.aborted && Date.now() < deadline) {
    if (await answers(`unix://${paths.socket}`, 1)) return;
    await sleep(pollMilliseconds);
  }
  if (child.pid !== undefined) await endProcesses([child.pid], stopSeconds);
  const lines = readFileSync(paths.log, "utf8").trim().split("\n").slice(-shownLines);
  throw new Error(
    `the private engine did not start. Start Docker yourself (and set DOCKER_HOST unless it is the default), ` +
      `then run again. Its log, ${paths.log}, ends:\n${lines.map((line) => `    ${line}`).join("\n")}`,
  );
}

/**
 * Ends an engine with all its processes, also those of containers, and unmounts their file systems. The data stay, and
 * so does a separate file system that is mounted for the volumes.
 */
export async function endEngine(paths: EnginePaths): Promise<void> {
  // Ends the engine first: it ends its containerd. With live-restore, containerd and the shims may outlive the engine.
  const pid = enginePid(paths);
  if (pid !== undefined) await endProcesses([pid], stopSeconds);
  await endProcesses(processesUnder(paths.tree), stopSeconds);
  await endProcesses(containerProcessesUnder(paths.data), stopSeconds);
  rmSync(paths.pid, { force: true });
  rmSync(paths.socket, { force: true });
  for (const folder of [paths.exec, paths.data]) await unmountUnder(folder, [volumesOf(paths)]);
  rmSync(paths.exec, { recursive: true, force: true });
}

/** The folder of an engine's volumes. */
export function volumesOf(paths: EnginePaths): string {
  return join(paths.data, "volumes");
}

/** Unmounts everything below a folder. Otherwise, removing the folder would delete the content of mounted volumes. */
export async function unmountUnder(folder: string, except: readonly string[] = []): Promise<void> {
  for (const path of mountsUnder(folder).filter((mounted) => !except.includes(mounted))) {
    await run("umount", ["--lazy", path], { log: "umount" });
  }
}

// Containers outlive a killed engine, and the next engine finds them again: their processes and mounts must stay. After
// a reboot nothing runs, and the remains of the old engine are in the way.
async function makeWay(paths: EnginePaths): Promise<void> {
  await endHanging(paths);
  if (processesUnder(paths.tree).length === 0) {
    await endEngine(paths);
    return;
  }
  // The containerd dies with its engine, but as a zombie that nobody has reaped it would pass for running.
  if (containerdPid(paths) === undefined) {
    rmSync(join(paths.exec, "containerd", "containerd.pid"), { force: true });
  }
  for (const file of [paths.pid, paths.socket]) rmSync(file, { force: true });
}

/**
 * Ends the engines that run on the data and don't answer: a second engine would spoil the data. Their containers go on,
 * where the engine has live-restore.
 */
async function endHanging(paths: EnginePaths): Promise<void> {
  const isEngine = (pid: number): boolean =>
    programOf(pid) === join(paths.tree, "usr", "sbin", "dockerd") &&
    describeProcess(pid)?.argv.includes(paths.data) === true;
  const engines = processesUnder(paths.tree).filter(isEngine);
  if (engines.length === 0) return;
  await endProcesses(engines, stopSeconds);
  const containerd = containerdPid(paths);
  if (containerd !== undefined) await endProcesses([containerd], stopSeconds);
}

/** The pid in a pid file, if that process runs one of the unpacked programs. */
function processIn(pidFile: string, paths: EnginePaths): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number(readFileSync(pidFile, "utf8"));
  return programOf(pid)?.startsWith(`${paths.tree}/`) === true ? pid : undefined;
}
