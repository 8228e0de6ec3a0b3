import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localPaths } from "../../dev/toolchain/environment.ts";
import { allProcesses, describeProcess, killProcesses, processesUnder } from "../../host/processes.ts";

const orphanSeconds = 60;
const pollMilliseconds = 50;

/** How an update ended. */
export interface Update {
  ok: boolean;
  /** True if it created, changed or removed a resource. Undefined if it failed. */
  changed: boolean | undefined;
  /** Everything that it printed. */
  output: string;
}

/** Stack, folder and environment of the Pulumi CLI. */
export interface CliPlace {
  stack: string;
  directory: string;
  environment: Record<string, string>;
}

/** Runs `pulumi up` to its end. */
export async function update(place: CliPlace, ...options: string[]): Promise<Update> {
  return await ended(start(place, ["up", "--yes", "--skip-preview", ...options]));
}

/**
 * Starts an update and kills it together with its plugins when `moment` resolves. Commands that the plugins started
 * keep running, like after any kill. Waits for them, 60 s at most, so that a seed leads to the same result again.
 *
 * @returns true if it was killed, false if it ended before.
 */
export async function killedUpdate(place: CliPlace, moment: () => Promise<void>): Promise<boolean> {
  const running = start(place, ["up", "--yes", "--skip-preview"]);
  const exit = ended(running).then(() => false);
  const killed = await Promise.race([moment().then(() => true), exit]);
  if (running.pid !== undefined && killed) process.kill(-running.pid, "SIGKILL");
  await exit;
  // The plugins have their own process groups, and outlive the CLI.
  if (killed) await killProcesses(pulumiProcesses(place));
  const deadline = Date.now() + orphanSeconds * 1000;
  while (Date.now() < deadline && commandsOf(place.stack).length > 0) await sleep(pollMilliseconds);
  return killed;
}

function start({ stack, directory, environment }: CliPlace, args: string[]): ChildProcess {
  return spawn(
    join(localPaths.bin, "pulumi"),
    [...args, "--stack", stack, "--non-interactive", "--color", "never"],
    { cwd: directory, env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
}

async function ended(child: ChildProcess): Promise<Update> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  const summary = /^Resources:\n((?: +.+\n?)+)/m.exec(output)?.[1] ?? "";
  const changed = summary.split("\n").some((line) => /^ +[-+~]/.test(line));
  return { ok: code === 0, changed: code === 0 ? changed : undefined, output };
}

/** The processes of the CLI and its plugins that work on this engine. Those of other runs stay alone. */
function pulumiProcesses({ environment }: CliPlace): number[] {
  const mark = `DOCKER_HOST=${environment["DOCKER_HOST"] ?? ""}`;
  return [localPaths.bin, localPaths.pulumiHome]
    .flatMap(processesUnder)
    .filter((pid) => hasVariable(pid, mark));
}

/** The running commands of a deploy. Each gets its stack in this variable. */
function commandsOf(stack: string): number[] {
  return allProcesses().filter((pid) => hasVariable(pid, `WEBNET_STACK=${stack}`));
}

function hasVariable(pid: number, assignment: string): boolean {
  return describeProcess(pid)?.environment.includes(assignment) === true;
}
