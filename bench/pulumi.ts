import { join } from "node:path";
import type { TestPlatform } from "../test/integration/support/platform.ts";
import { childEnvironment, localPaths } from "../toolchain/environment.ts";
import { runQuietly } from "./measure.ts";

/** Runs Pulumi on a platform as an operator does, from the command line. */
export async function pulumi(platform: TestPlatform, ...args: string[]): Promise<void> {
  await runQuietly(join(localPaths.bin, "pulumi"), [...args, "--non-interactive", "--stack", platform.name], {
    cwd: platform.stack.workspace.workDir,
    env: childEnvironment(),
  });
}

/** `pulumi up`. */
export async function update(platform: TestPlatform): Promise<void> {
  await pulumi(platform, "up", "--yes", "--skip-preview");
}

/** The same below the priority of what serves, for a host whose processors the two share. */
export async function politeUpdate(platform: TestPlatform): Promise<void> {
  const command = [join(localPaths.bin, "pulumi"), "up", "--yes", "--skip-preview", "--non-interactive"];
  await runQuietly("nice", ["-n", "10", ...command, "--stack", platform.name], {
    cwd: platform.stack.workspace.workDir,
    env: childEnvironment(),
  });
}

/** Tells whoever waits what is being done. */
export function say(what: string): void {
  process.stdout.write(`• ${what}\n`);
}
