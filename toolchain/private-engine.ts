import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine } from "../engine/client.ts";
import { answers } from "./engine-probe.ts";
import { unpackDebian } from "./packages.ts";
import { makePrivateFolders, privateHost, privatePaths } from "./private-paths.ts";
import { endProcesses, mountsUnder, processesUnder, programOf } from "./processes.ts";
import { run } from "./process.ts";
import type { Progress } from "./step.ts";
import { isAtLeast } from "./versions.ts";

const startSeconds = 60;
const stopSeconds = 30;
const containerStopSeconds = 20;
const pollMilliseconds = 200;
const shownLines = 15;
/** From here on the option that moves the engine's key away from /etc/docker is on its way out. */
const withoutKey = "23";

const dockerd = join(privatePaths.tree, "usr", "sbin", "dockerd");

/** Tells whether the private engine is running: a pid file alone says nothing after a reboot. */
export function isPrivateEngineRunning(): boolean {
  return enginePid() !== undefined;
}

/**
 * Brings up an engine of the project's own: Debian's `docker.io`, unpacked into `.webnet/engine` and not installed. It
 * makes no firewall rules; published ports on addresses of this machine go through its proxy process.
 *
 * @returns whether it had to be started.
 * @throws without root, or when it can't be fetched or doesn't start.
 */
export async function startPrivateEngine(progress: Progress): Promise<boolean> {
  if (enginePid() !== undefined && (await answers(privateHost, startSeconds))) return false;
  if (process.getuid?.() !== 0) {
    throw new Error(
      "no Docker engine answers, and only root can start a private one: start Docker " +
        "(or set DOCKER_HOST to an engine that you may use), or run this as root",
    );
  }
  if (!existsSync(dockerd)) await unpackDebian(["docker.io"], privatePaths.tree, progress);
  linkIptables();
  await makeWay();
  makePrivateFolders();
  progress("starting dockerd");
  await launch();
  return true;
}

/** Stops the private engine with its containers; nothing happens when it isn't running. */
export async function stopPrivateEngine(): Promise<void> {
  if (enginePid() !== undefined && (await answers(privateHost, 3))) {
    const engine = connectEngine(privateHost);
    const containers = await engine.listContainers();
    await Promise.all(
      containers.map(async ({ Id }) => {
        // One that ends by itself meanwhile needs no stop.
        await engine
          .getContainer(Id)
          .stop({ t: containerStopSeconds })
          .catch(() => undefined);
      }),
    );
  }
  await endLeftovers();
}

/** Removes what the private engine keeps outside of `.webnet`. */
export function removeShortFolder(): void {
  if (privatePaths.short !== undefined) rmSync(privatePaths.short, { recursive: true, force: true });
}

/** Unmounts what is mounted under a folder, so that it can be removed without reaching into volumes. */
export async function unmountUnder(folder: string): Promise<void> {
  for (const path of mountsUnder(folder)) {
    await run("umount", ["--lazy", path], { log: "umount" });
  }
}

function enginePid(): number | undefined {
  return processIn(privatePaths.pid);
}

/** The process that a pid file names, if it runs one of the unpacked programs. */
function processIn(pidFile: string): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number(readFileSync(pidFile, "utf8"));
  return programOf(pid)?.startsWith(`${privatePaths.tree}/`) === true ? pid : undefined;
}

// Containers outlive an engine that was killed, and the next one finds them again: what they run on must stay. After a
// reboot nothing runs, and what lies about is in the way.
async function makeWay(): Promise<void> {
  if (processesUnder(privatePaths.tree).length === 0) {
    await endLeftovers();
    return;
  }
  const containerd = join(privatePaths.exec, "containerd", "containerd.pid");
  // Its containerd dies with an engine, and one that nobody has reaped yet would pass for running.
  if (processIn(containerd) === undefined) rmSync(containerd, { force: true });
  for (const file of [privatePaths.pid, privatePaths.socket]) rmSync(file, { force: true });
}

// The engine first: it ends its own containerd. With live-restore that and the shims may outlive it.
async function endLeftovers(): Promise<void> {
  const pid = enginePid();
  if (pid !== undefined) await endProcesses([pid], stopSeconds);
  await endProcesses(processesUnder(privatePaths.tree), stopSeconds);
  rmSync(privatePaths.pid, { force: true });
  rmSync(privatePaths.socket, { force: true });
  for (const folder of [privatePaths.exec, privatePaths.data]) await unmountUnder(folder);
  rmSync(privatePaths.exec, { recursive: true, force: true });
}

async function launch(): Promise<void> {
  const env = { ...process.env, ...treeEnvironment() };
  const version = await run(dockerd, ["--version"], { log: "dockerd-version", env });
  const key = /version (\d+)/.exec(version)?.[1] ?? withoutKey;
  // Laid by default into /etc/docker, which is not ours.
  const ownKey = isAtLeast(key, withoutKey)
    ? {}
    : { "deprecated-key-path": join(privatePaths.data, "key.json") };
  writeFileSync(privatePaths.config, JSON.stringify(ownKey));
  const log = openSync(privatePaths.log, "w");
  const child = spawn(
    dockerd,
    [
      ["--config-file", privatePaths.config],
      ["--host", privateHost],
      ["--data-root", privatePaths.data],
      ["--exec-root", privatePaths.exec],
      ["--pidfile", privatePaths.pid],
      // A containerd of the system's, if there is one, is not to mix our containers with its own.
      ["--containerd-namespace", "webnet", "--containerd-plugins-namespace", "webnet-plugins"],
      ["--iptables=false", "--ip6tables=false", "--bridge=none", "--live-restore"],
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
    if (await answers(privateHost, 1)) return;
    await sleep(pollMilliseconds);
  }
  const lines = readFileSync(privatePaths.log, "utf8").trim().split("\n").slice(-shownLines);
  throw new Error(
    `the private engine did not start. Start Docker yourself (and set DOCKER_HOST unless it is the default), ` +
      `then run again. Its log, ${privatePaths.log}, ends:\n${lines.map((line) => `    ${line}`).join("\n")}`,
  );
}

// The engine needs it inside of the containers' networks, for their DNS. Installing the package would choose a variant;
// unpacking it doesn't.
function linkIptables(): void {
  for (const tool of ["iptables", "iptables-save", "iptables-restore"]) {
    const link = join(privatePaths.tree, "usr", "sbin", tool);
    if (!existsSync(link)) symlinkSync(tool.replace("iptables", "iptables-nft"), link);
  }
}

function treeEnvironment(): Record<string, string> {
  const lib = join(privatePaths.tree, "usr", "lib");
  const libraries = readdirSync(lib).filter((name) => name.endsWith("-linux-gnu"));
  const programs = ["usr/bin", "usr/sbin", "bin", "sbin"].map((name) => join(privatePaths.tree, name));
  return {
    LD_LIBRARY_PATH: libraries.map((name) => join(lib, name)).join(":"),
    XTABLES_LIBDIR: libraries.map((name) => join(lib, name, "xtables")).join(":"),
    PATH: [...programs, process.env["PATH"] ?? ""].join(":"),
  };
}
