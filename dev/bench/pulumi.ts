import { join } from "node:path";
import type { TestPlatform } from "../platform/platform.ts";
import { childEnvironment, localPaths } from "../toolchain/environment.ts";
import { runQuietly } from "./measure.ts";

/**
 * Runs Pulumi on a platform as an operator does, from the command line.
 *
 * @param environment further variables
 */
export async function pulumi(
  platform: TestPlatform,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  await runQuietly(join(localPaths.bin, "pulumi"), [...args, "--non-interactive", "--stack", platform.name], {
    cwd: platform.stack.workspace.workDir,
    env: { ...childEnvironment(), ...environment },
  });
}

/** `pulumi up`. */
export async function update(platform: TestPlatform): Promise<void> {
  await pulumi(platform, ["up", "--yes", "--skip-preview"]);
}

/** Updates like `npm run ops -- deploy`: with a lower priority than the serving containers on the same processors. */
export async function politeUpdate(platform: TestPlatform): Promise<void> {
  const args = ["up", "--yes", "--skip-preview"];
  const { exitCode, stdout, stderr } = await platform.target.pulumi(args, {
    interrupt: new AbortController().signal,
  });
  if (exitCode !== 0) throw new Error(`pulumi up failed:\n${stdout}\n${stderr}`);
}

/** Prints a line about the next step of the bench. */
export function say(what: string): void {
  process.stdout.write(`• ${what}\n`);
}
