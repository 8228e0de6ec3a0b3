import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

interface CommandOptions {
  cwd?: string;
  /** Receives the standard output as a stream. If it rejects, the command fails. Default: discards the output. */
  output?: (stdout: Readable) => Promise<void>;
}

const keptErrorCharacters = 4000;

/**
 * Runs a command without a shell.
 *
 * @throws with the end of its standard error when it ends with another code than 0; also when it can't be started.
 */
export async function run(file: string, args: string[], options: CommandOptions = {}): Promise<void> {
  const child = spawn(file, args, { cwd: options.cwd, stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-keptErrorCharacters);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const outcome = ended.then(
    (code) => {
      if (code !== 0)
        throw new Error(`"${[file, ...args].join(" ")}" ended with ${code ?? "a signal"}:\n${errors}`);
    },
    (error: unknown) => {
      throw new Error(`"${file}" could not be started: is it installed?`, { cause: error });
    },
  );
  const taken = options.output?.(child.stdout) ?? Promise.resolve(void child.stdout.resume());
  const [outcomeResult, takenResult] = await Promise.allSettled([outcome, taken]);
  if (outcomeResult.status === "rejected") throw outcomeResult.reason;
  if (takenResult.status === "rejected") throw takenResult.reason;
}
