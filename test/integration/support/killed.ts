import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { childEnvironment, localPaths } from "../../../dev/toolchain/environment.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";

/** An update that runs. */
export interface RunningUpdate {
  pid: number;
  /** How many lines it has printed. */
  lines: () => number;
  /** Resolves when it has ended, with how. */
  ended: Promise<{ code: number | null; output: string }>;
}

/** Starts `pulumi up` as a shell does it. */
export function startUpdate(platform: TestPlatform): RunningUpdate {
  const update = spawn(
    join(localPaths.bin, "pulumi"),
    ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", platform.name],
    {
      cwd: platform.stack.workspace.workDir,
      env: childEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    },
  );
  if (update.pid === undefined) throw new Error("the update could not be started");
  const printed: string[] = [];
  for (const stream of [update.stdout, update.stderr])
    createInterface({ input: stream }).on("line", (line) => printed.push(line));
  const ended = once(update, "exit").then(([code]) => ({
    code: code as number | null,
    output: printed.join("\n"),
  }));
  return { pid: update.pid, lines: () => printed.length, ended };
}

/**
 * Starts an update and kills it as soon as `moment` has come, as the kernel does it for want of memory: the update
 * alone, so that its plugins outlive it.
 *
 * @returns whether it was killed, and had not ended by itself before.
 */
export async function killedUpdate(
  platform: TestPlatform,
  moment: (update: RunningUpdate) => Promise<unknown>,
): Promise<boolean> {
  const update = startUpdate(platform);
  await Promise.race([moment(update), update.ended]);
  try {
    process.kill(update.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
  return (await update.ended).code === null;
}
