import { execFile } from "node:child_process";
import { programs } from "./tools.ts";

/** What a tool said, and how it ended. */
export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs one of the auditors' tools to its end, whatever it judges.
 *
 * @param seconds the time limit
 * @throws Error if it doesn't start, or the time is over
 */
export async function runTool(
  tool: keyof typeof programs,
  args: readonly string[],
  seconds: number,
): Promise<Said> {
  const { executable, env } = programs[tool];
  return await new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, timeout: seconds * 1000, maxBuffer: Infinity };
    const child = execFile(executable, args, options, (error, stdout, stderr) => {
      if (error?.killed === true) reject(new Error(`${tool} took longer than ${seconds} s`));
      else if (error !== null && child.exitCode === null)
        reject(new Error(`${tool} ended: ${error.message}`));
      else resolve({ code: child.exitCode ?? 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}
