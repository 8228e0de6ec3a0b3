import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { childEnvironment, localPaths, localStack } from "./environment.ts";
import { run } from "./process.ts";
import { setUp } from "./setup.ts";
import { tidyStackFile } from "./stack-file.ts";
import { messageOf } from "../../host/message.ts";

const ownCommands = ["version", "help", "--help", "-h", "--version"];

/** Makes the stack of the embedded default where there is none yet, and selects it. */
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

/** Runs the CLI in the project with the embedded default's environment, on this terminal, and gives its exit code. */
export async function runPulumi(args: readonly string[]): Promise<number> {
  const child = spawn(join(localPaths.bin, "pulumi"), args, {
    cwd: projectRoot,
    env: childEnvironment(),
    stdio: "inherit",
  });
  // The terminal sends its signals to both; the CLI decides when it is safe to end.
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
    await setUp();
    if (!ownCommands.includes(args[0] ?? "help")) await ensureLocalStack();
    process.exitCode = await runPulumi(args);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
  process.exit();
}
