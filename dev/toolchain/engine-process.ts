import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answers } from "./engine-probe.ts";
import { treeEnvironment } from "./engine-tree.ts";
import { makeEngineFolders, type EnginePaths } from "./private-paths.ts";
import {
  containerProcessesUnder,
  endProcesses,
  mountsUnder,
  processesUnder,
  programOf,
} from "../../host/processes.ts";
import { run } from "./process.ts";
import { isAtLeast } from "./versions.ts";

const startSeconds = 60;
const stopSeconds = 30;
const pollMilliseconds = 200;
const shownLines = 15;
/** From here on the option that moves the engine's key away from /etc/docker is on its way out. */
const withoutKey = "23";

/** How an engine of the project's own runs. */
export interface EngineOptions {
  /** Whether containers go on while the engine is away. */
  liveRestore: boolean;
  /** Also listens at `tcp://127.0.0.1:<port>`, without any authentication. Default: at its socket alone. */
  tcpPort?: number;
}

/** The engine's process, or undefined when it isn't running: a pid file alone says nothing after a reboot. */
export function enginePid(paths: EnginePaths): number | undefined {
  return processIn(paths.pid, paths);
}

/** The engine's own containerd, or undefined when it isn't running. */
export function containerdPid(paths: EnginePaths): number | undefined {
  return processIn(join(paths.exec, "containerd", "containerd.pid"), paths);
}

/**
 * Starts an engine from its unpacked tree, and waits until it answers. It makes no firewall rules; published ports on
 * addresses of this machine go through its proxy processes, which end with it.
 *
 * @throws with the last lines of its log when it doesn't start.
 */
export async function launchEngine(paths: EnginePaths, options: EngineOptions): Promise<void> {
  await makeWay(paths);
  makeEngineFolders(paths);
  const dockerd = join(paths.tree, "usr", "sbin", "dockerd");
  const env = { ...process.env, ...treeEnvironment(paths.tree) };
  const version = await run(dockerd, ["--version"], { log: "dockerd-version", env });
  const key = /version (\d+)/.exec(version)?.[1] ?? withoutKey;
  // Laid by default into /etc/docker, which is not ours.
  const ownKey = isAtLeast(key, withoutKey) ? {} : { "deprecated-key-path": join(paths.data, "key.json") };
  // Newer ones keep images in another way by default, which an older one couldn't read.
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
      // A containerd of the system's, if there is one, is not to mix our containers with its own.
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
  const deadline = Date.now() + startSeconds * 1000;
  while (!ended.signal.aborted && Date.now() < deadline) {
    if (await answers(`unix://${paths.socket}`, 1)) return;
    await sleep(pollMilliseconds);
  }
  const lines = readFileSync(paths.log, "utf8").trim().split("\n").slice(-shownLines);
  throw new Error(
    `the private engine did not start. Start Docker yourself (and set DOCKER_HOST unless it is the default), ` +
      `then run again. Its log, ${paths.log}, ends:\n${lines.map((line) => `    ${line}`).join("\n")}`,
  );
}

/**
 * Ends an engine with all its processes, those of containers included, and takes down what they had mounted. Its data
 * stay, and so does a file system of their own that its volumes lie on.
 */
export async function endEngine(paths: EnginePaths): Promise<void> {
  // The engine first: it ends its own containerd. With live-restore that and the shims may outlive it.
  const pid = enginePid(paths);
  if (pid !== undefined) await endProcesses([pid], stopSeconds);
  await endProcesses(processesUnder(paths.tree), stopSeconds);
  await endProcesses(containerProcessesUnder(paths.data), stopSeconds);
  rmSync(paths.pid, { force: true });
  rmSync(paths.socket, { force: true });
  for (const folder of [paths.exec, paths.data]) await unmountUnder(folder, [volumesOf(paths)]);
  rmSync(paths.exec, { recursive: true, force: true });
}

/** Where an engine keeps its volumes. */
export function volumesOf(paths: EnginePaths): string {
  return join(paths.data, "volumes");
}

/** Unmounts what is mounted under a folder, so that it can be removed without reaching into volumes. */
export async function unmountUnder(folder: string, except: readonly string[] = []): Promise<void> {
  for (const path of mountsUnder(folder).filter((mounted) => !except.includes(mounted))) {
    await run("umount", ["--lazy", path], { log: "umount" });
  }
}

// Containers outlive an engine that was killed, and the next one finds them again: what they run on must stay. After a
// reboot nothing runs, and what lies about is in the way.
async function makeWay(paths: EnginePaths): Promise<void> {
  if (processesUnder(paths.tree).length === 0) {
    await endEngine(paths);
    return;
  }
  // Its containerd dies with an engine, and one that nobody has reaped yet would pass for running.
  if (containerdPid(paths) === undefined) {
    rmSync(join(paths.exec, "containerd", "containerd.pid"), { force: true });
  }
  for (const file of [paths.pid, paths.socket]) rmSync(file, { force: true });
}

/** The process that a pid file names, if it runs one of the unpacked programs. */
function processIn(pidFile: string, paths: EnginePaths): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number(readFileSync(pidFile, "utf8"));
  return programOf(pid)?.startsWith(`${paths.tree}/`) === true ? pid : undefined;
}
