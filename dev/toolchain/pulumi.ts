import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { childEnvironment, localPaths, localStack, stackStateFile } from "./environment.ts";
import { pulumiOfTrial } from "../../ops/ops.ts";
import { run } from "./process.ts";
import { setUp } from "./setup.ts";
import { tidyStackFile } from "./stack-file.ts";
import { messageOf } from "../../host/message.ts";

const ownCommands = ["version", "help", "--help", "-h", "--version"];

/** Selects the stack of the embedded default, and creates it if needed. */
export async function ensureLocalStack(): Promise<void> {
  tidyStackFile();
  await run(
    join(localPaths.bin, "pulumi"),
    ["stack", "select", "--create", localStack, "--non-interactive"],
    {
      log: "stack-select",
      env: childEnvironment(),
    },
  );
}

/**
 * Refuses a stack that isn't in the trial platform's own state. The CLI would only say that there is no such stack, and
 * puzzle an operator who has it in another state.
 *
 * @param isOurs returns true for a stack in the trial platform's state
 * @throws Error that says which CLI to use
 */
export function mustBeOfTrial(args: readonly string[], isOurs: (stack: string) => boolean): void {
  const given = stackIn(args);
  // Pulumi's full name: organization/project/stack.
  const named = given?.split("/").at(-1);
  if (given === undefined || named === undefined || named === localStack || isOurs(named)) return;
  if (args[0] === "stack" && args[1] === "init") return;
  throw new Error(
    `\`npm run pulumi\` is the trial platform's CLI, with a state of its own, which has no stack ${named}. A stack of your own: ` +
      `pulumi ${args.join(" ")}\nTo make it here: npm run pulumi -- stack init ${named}`,
  );
}

/** The value of `--stack` or `-s`, in any form that the CLI takes. */
function stackIn(args: readonly string[]): string | undefined {
  const at = args.findIndex((word) => word === "--stack" || word === "-s");
  if (at >= 0) return args[at + 1];
  return args.map((word) => /^(?:--stack=|-s=?)(.+)$/.exec(word)?.[1]).find((name) => name !== undefined);
}

/** Runs the CLI on this terminal, in the project with the embedded default's environment. Returns the exit code. */
export async function runPulumi(args: readonly string[]): Promise<number> {
  const child = spawn(join(localPaths.bin, "pulumi"), args, {
    cwd: projectRoot,
    env: childEnvironment(),
    stdio: "inherit",
  });
  // The terminal sends SIGINT to both processes. The CLI decides when it is safe to end.
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  process.on("SIGTERM", (signal) => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", (code) => {
      tidyStackFile();
      resolve(code ?? 1);
    });
  });
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  try {
    if (args[0] === "stack" && args[1] === "select" && !args.includes(localStack)) {
      throw new Error(
        `\`npm run pulumi\` works on the stack ${localStack} unless a command names another one, so nothing is selected: ` +
          "add --stack NAME to each command instead",
      );
    }
    mustBeOfTrial(args, (stack) => existsSync(stackStateFile(stack)));
    await setUp();
    if (!ownCommands.includes(args[0] ?? "help")) await ensureLocalStack();
    process.exitCode = await runPulumi(args);
    if (process.exitCode !== 0) console.error(pulumiOfTrial);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
  process.exit();
}
