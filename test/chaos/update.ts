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
  /** Whether it made, changed or removed any resource; undefined where it failed. */
  changed: boolean | undefined;
  /** All that it printed. */
  output: string;
}

/** Where and with what the Pulumi CLI is run. */
export interface CliPlace {
  stack: string;
  directory: string;
  environment: Record<string, string>;
}

/** `pulumi up`, to its end. */
export async function update(place: CliPlace, ...options: string[]): Promise<Update> {
  return await ended(start(place, ["up", "--yes", "--skip-preview", ...options]));
}

/**
 * Starts an update and kills it with its plugins at some moment. What its plugins had started runs on, as it would after
 * any kill; it is waited for, so that a seed leads the same way again.
 *
 * @returns whether it was killed, and did not end before.
 */
export async function killedUpdate(place: CliPlace, moment: () => Promise<void>): Promise<boolean> {
  const running = start(place, ["up", "--yes", "--skip-preview"]);
  const exit = ended(running).then(() => false);
  const killed = await Promise.race([moment().then(() => true), exit]);
  if (running.pid !== undefined && killed) process.kill(-running.pid, "SIGKILL");
  await exit;
  // The plugins are in groups of their own, and would outlive it.
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

/** The CLI's processes and its plugins', as far as they work on the same engine: no other run is to be met. */
function pulumiProcesses({ environment }: CliPlace): number[] {
  const mark = `DOCKER_HOST=${environment["DOCKER_HOST"] ?? ""}`;
  return [localPaths.bin, localPaths.pulumiHome]
    .flatMap(processesUnder)
    .filter((pid) => hasVariable(pid, mark));
}

/** Steps of a deploy that run: each is told its stack by this variable. */
function commandsOf(stack: string): number[] {
  return allProcesses().filter((pid) => hasVariable(pid, `WEBNET_STACK=${stack}`));
}

function hasVariable(pid: number, assignment: string): boolean {
  return describeProcess(pid)?.environment.includes(assignment) === true;
}
