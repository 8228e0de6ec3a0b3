import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { localPaths } from "./environment.ts";

/** Options for running a program. */
export interface RunOptions {
  /** Name of the log under `.webnet/logs/`. */
  log: string;
  /** Default: the project's folder. */
  cwd?: string;
  /** Set on top of the process's own environment; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** Seconds until `run` kills the program and its children. Default: no limit. */
  timeoutSeconds?: number;
  /** Receives each line of the program's output. */
  onLine?: (line: string) => void;
}

const shownLines = 15;
const killSignal = "SIGKILL";

/**
 * Runs a program to its end, writes its whole output to a log, and returns its standard output.
 *
 * @throws with the log's last lines when the program doesn't start, fails or takes too long.
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const logFile = join(localPaths.logs, `${options.log}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const recent: string[] = [];
  let stdout = "";
  const takeLine = (line: string): void => {
    if (line.trim() === "") return;
    recent.push(line);
    if (recent.length > shownLines) recent.shift();
    options.onLine?.(line);
  };
  const [output, errors] = [new Lines(takeLine), new Lines(takeLine)];
  const failure = (what: string): Error => {
    const shown = recent.length === 0 ? "" : `\n${recent.map((line) => `    ${line}`).join("\n")}`;
    return new Error(`${what}${shown}\n  The whole log: ${relative(projectRoot, logFile)}`);
  };
  try {
    return await new Promise<string>((resolve, reject) => {
      // In its own process group, so that a timeout also kills the children.
      const child = spawn(program, args, {
        cwd: options.cwd ?? projectRoot,
        env: { ...process.env, ...options.env },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const kill = (): void => {
        if (child.pid !== undefined) killGroup(child.pid);
      };
      process.once("exit", kill);
      let timedOut = false;
      const timer =
        options.timeoutSeconds === undefined
          ? undefined
          : setTimeout(() => {
              timedOut = true;
              kill();
            }, options.timeoutSeconds * 1000);
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        log.write(text);
        output.add(text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        log.write(text);
        errors.add(text);
      });
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        process.removeListener("exit", kill);
        finish();
      };
      child.on("error", (error) => {
        settle(() => {
          reject(failure(`${program} could not be started: ${error.message}`));
        });
      });
      child.on("close", (code, signal) => {
        output.end();
        errors.end();
        settle(() => {
          if (code === 0) resolve(stdout);
          else if (timedOut) reject(failure(`${program} took longer than ${options.timeoutSeconds ?? 0} s`));
          else reject(failure(`${program} ended with ${signal ?? `exit code ${code ?? "unknown"}`}`));
        });
      });
    });
  } finally {
    log.end();
  }
}

/** Puts the lines of a stream together: a piece of it may end within a line. */
class Lines {
  #unfinished = "";
  readonly #take: (line: string) => void;

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  add(text: string): void {
    const lines = (this.#unfinished + text).split("\n");
    this.#unfinished = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  /** The last line may have no line feed. */
  end(): void {
    this.#take(this.#unfinished);
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, killSignal);
  } catch {
    // The group has already ended.
  }
}
