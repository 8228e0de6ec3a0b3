import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { childEnvironment, localPaths } from "../../../dev/toolchain/environment.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";

/** A running update. */
export interface RunningUpdate {
  pid: number;
  /** Number of lines that it has printed. */
  lines: () => number;
  /** Resolves with exit code and output when it ends. The code is null if a signal ended it. */
  ended: Promise<{ code: number | null; output: string }>;
}

/** Starts `pulumi up` in its own process group, like a shell. */
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
 * Starts an update and kills it as soon as `moment` resolves. Like the kernel when memory runs out, it kills only the
 * CLI, so the plugins outlive it.
 *
 * @returns true if it was killed, false if it ended by itself before.
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
    // The update has ended by itself.
  }
  return (await update.ended).code === null;
}
