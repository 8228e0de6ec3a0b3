import { stackVariable } from "../../contract/variable.ts";
import { realpathSync } from "node:fs";
import { connect } from "node:net";
import { basename } from "node:path";
import { engineAddress } from "../../engine/address.ts";
import { allProcesses, describeProcess, endProcesses, isRunning, programOf } from "../../host/processes.ts";
import type { Target } from "../target.ts";
import type { Narrator } from "./narrator.ts";

const graceSeconds = 3;
const ownFolder = "deploy/";
/** The script with which Pulumi's language host runs the program, in a process of its own. */
const programRunner = "/@pulumi/pulumi/cmd/run";

/** A process that a dead update left running. */
export interface Leftover {
  pid: number;
  /** The process in words: its command line, or its program. */
  what: string;
}

/** Identifies a platform. A stack of the same name may also exist in another folder or on another engine. */
export interface Place {
  stack: string;
  /** The program's working directory, with links resolved. */
  folder: string;
  /** The engine's address. */
  engine: string;
}

/** A process of this host. */
export interface ProcessDescription {
  pid: number;
  program: string;
  argv: readonly string[];
  environment: readonly string[];
  directory: string;
}

/**
 * Finds the processes that a killed update left running. Call this only when no update of the stack runs: every script
 * of a deploy is then a leftover. A plugin's arguments name the address of its update's engine. The plugin is a
 * leftover if nothing listens there any more.
 */
export async function findLeftovers(target: Target): Promise<Leftover[]> {
  const place = placeOf(target);
  const found: Leftover[] = [];
  for (const description of otherProcesses()) {
    const { pid, program, argv } = description;
    if (whoseScript(description, place) === "ours") found.push({ pid, what: argv.join(" ") });
    const port = enginePortOf(description, place.folder);
    if (port !== undefined && !(await listens(port))) found.push({ pid, what: basename(program) });
  }
  return found;
}

/**
 * Refuses to go on while a script from another folder works on this engine for a stack of the same name. That script
 * may undo what is done here, and only the other folder's Pulumi knows whether its update still runs.
 *
 * @throws Error that names the process
 */
export function mustHaveNoStranger(target: Target): void {
  const place = placeOf(target);
  const stranger = otherProcesses().find((description) => whoseScript(description, place) === "a stranger's");
  if (stranger === undefined) return;
  throw new Error(
    `process ${stranger.pid} (${stranger.argv.join(" ")}) works on this engine for a stack that is called ` +
      `${target.stack} as well, in ${stranger.directory}. Nothing was touched. Wait until it has ended; if its update ` +
      "was killed, run recover there first",
  );
}

function placeOf(target: Target): Place {
  return {
    stack: target.stack,
    folder: realpathSync(target.programDirectory),
    engine: target.engineAddress,
  };
}

function otherProcesses(): ProcessDescription[] {
  return allProcesses()
    .filter((pid) => pid !== process.pid && isRunning(pid))
    .flatMap((pid) => {
      const program = programOf(pid);
      const described = describeProcess(pid);
      return program === undefined || described === undefined ? [] : [{ pid, program, ...described }];
    });
}

/**
 * Ends the processes that a killed update left running: with SIGTERM, then with SIGKILL.
 *
 * @returns true if there was one
 */
export async function clearLeftovers(target: Target, { report, act }: Narrator): Promise<boolean> {
  const found = await findLeftovers(target);
  if (found.length === 0) return false;
  report("Left running by an update that is dead:");
  const tell = (left: readonly Leftover[]): void => {
    for (const { pid, what } of left) report(`  process ${pid}: ${what}`);
  };
  tell(found);
  await act("end them", async () => {
    const asked = new Set<number>();
    let left = found;
    while (left.length > 0) {
      const pids = left.map(({ pid }) => pid);
      for (const pid of pids) asked.add(pid);
      await endProcesses(pids, graceSeconds);
      // A process may have started another one meanwhile.
      left = (await findLeftovers(target)).filter(({ pid }) => !asked.has(pid));
      tell(left);
    }
  });
  return true;
}

/** Says whose deploy script a process is. Undefined if it is none, or if it works for another stack or engine. */
export function whoseScript(
  { argv, environment, directory }: ProcessDescription,
  { stack, folder, engine }: Place,
): "ours" | "a stranger's" | undefined {
  const isScript = argv.some(
    (argument) => argument.startsWith(ownFolder) || argument.includes(`node ${ownFolder}`),
  );
  const variables = Object.fromEntries(
    environment.map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1)]),
  );
  if (!isScript || variables[stackVariable.name] !== stack) return undefined;
  if (engineAddress(undefined, variables) !== engine) return undefined;
  return directory === folder ? "ours" : "a stranger's";
}

/**
 * Returns the port of the Pulumi engine that a plugin of this program, or the program itself, belongs to. Undefined for
 * any other process. The program doesn't notice that its engine is gone: it keeps asking, and uses a whole CPU.
 */
export function enginePortOf(
  { program, argv, directory }: ProcessDescription,
  programDirectory: string,
): number | undefined {
  if (directory !== programDirectory) return undefined;
  const isPlugin = /^pulumi-(language|resource)-/.test(basename(program));
  const isProgram = argv.some((argument) => argument.includes(programRunner));
  if (!isPlugin && !isProgram) return undefined;
  const addresses = isProgram ? [argv[argv.indexOf("--engine") + 1] ?? ""] : argv;
  const port = addresses.map((argument) => /^127\.0\.0\.1:(\d+)$/.exec(argument)?.[1]).find(Boolean);
  return port === undefined ? undefined : Number(port);
}

async function listens(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket
      .once("connect", () => {
        socket.destroy();
        resolve(true);
      })
      .once("error", (error: NodeJS.ErrnoException) => {
        resolve(error.code !== "ECONNREFUSED");
      });
  });
}
