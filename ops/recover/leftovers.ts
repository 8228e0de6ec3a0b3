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
/** What the language host runs the program by, in a process of its own. */
const programRunner = "/@pulumi/pulumi/cmd/run";

/** A process that an update left behind. */
export interface Leftover {
  pid: number;
  /** What it is, for people. */
  what: string;
}

/** Which platform a script works for: a stack of the same name may be another one, in another folder or on another engine. */
export interface Place {
  stack: string;
  /** The folder that the program runs in, without links. */
  folder: string;
  /** The engine's address. */
  engine: string;
}

/** What is known of a process. */
export interface ProcessDescription {
  pid: number;
  program: string;
  argv: readonly string[];
  environment: readonly string[];
  directory: string;
}

/**
 * Finds what a killed update left running. To be asked when no update of the stack runs: a script of a deploy can then
 * only be left over. A plugin tells by its arguments which update's engine it answers to; it is left over when nothing
 * listens there any more.
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
 * Refuses to go on while a script from another folder works on this engine for a stack of this name: whatever is done
 * here, it may undo, and whether its update still runs is known over there.
 *
 * @throws Error that names it
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
 * Ends what a killed update left running: asks first, then kills.
 *
 * @returns whether there was anything
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
      // One of them may have started another since.
      left = (await findLeftovers(target)).filter(({ pid }) => !asked.has(pid));
      tell(left);
    }
  });
  return true;
}

/** Whose script of a deploy it is, for a platform; undefined where it is none, or one of a platform on another engine. */
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
 * The port of the update's engine that a Pulumi plugin of this program, or the program itself, answers to; undefined for
 * any other process. The program doesn't notice that its engine is gone: it goes on asking, at the cost of a processor.
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
