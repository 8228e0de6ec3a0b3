import { connect } from "node:net";
import { basename } from "node:path";
import {
  allProcesses,
  describeProcess,
  endProcesses,
  isRunning,
  programOf,
} from "../../toolchain/processes.ts";
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
  const own = process.pid;
  const found: Leftover[] = [];
  for (const pid of allProcesses().filter((candidate) => candidate !== own && isRunning(candidate))) {
    const program = programOf(pid);
    const described = describeProcess(pid);
    if (program === undefined || described === undefined) continue;
    const description = { pid, program, ...described };
    if (isScriptOf(description, target.stack)) found.push({ pid, what: described.argv.join(" ") });
    const port = enginePortOf(description, target.programDirectory);
    if (port !== undefined && !(await listens(port))) found.push({ pid, what: basename(program) });
  }
  return found;
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

/** Whether it is one of our scripts that Pulumi runs for this stack. */
export function isScriptOf({ argv, environment }: ProcessDescription, stack: string): boolean {
  return (
    environment.includes(`WEBNET_STACK=${stack}`) &&
    argv.some((argument) => argument.startsWith(ownFolder) || argument.includes(`node ${ownFolder}`))
  );
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
