import { spawn } from "node:child_process";
import { once } from "node:events";

/** Durations of repeated runs, in seconds. */
export interface Times {
  median: number;
  min: number;
  max: number;
  runs: number;
}

/** Runs `work` `runs` times and summarises the durations. */
export async function measure(runs: number, work: (run: number) => Promise<void>): Promise<Times> {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work(run);
    seconds.push((performance.now() - start) / 1000);
  }
  return summarise(seconds);
}

/** Median and range of durations in seconds. */
export function summarise(seconds: readonly number[]): Times {
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const runs = sorted.length;
  return { median: at(Math.floor(runs / 2)), min: at(0), max: at(runs - 1), runs };
}

/**
 * Runs a program to its end and hides its output.
 *
 * @throws Error with the end of the output when the program fails.
 */
export async function runQuietly(
  file: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-4000);
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} failed:\n${printed}`);
}
