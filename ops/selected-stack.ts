import { execFile } from "node:child_process";
import type { TrialPlatform } from "./ops.ts";

const boundMilliseconds = 60_000;

/** The stack that a command works on. */
export interface ChosenStack {
  stack: string;
  /** Whether the operator named it in the command itself. */
  isNamed: boolean;
}

/**
 * The stack that the operator named; without a name the one that is selected, as Pulumi's own commands have it. The trial
 * platform is never guessed: a CLI that fails would have a deploy of prod go there, and end well.
 *
 * @throws Error where there is none of them, with what to type
 */
export async function chooseStack(
  named: string | undefined,
  directory: string,
  trial: Pick<TrialPlatform, "stack"> | undefined,
): Promise<ChosenStack> {
  if (named !== undefined) return { stack: named, isNamed: true };
  const selected = await selectedStack(directory);
  if ("stack" in selected) return { stack: selected.stack, isNamed: false };
  throw new Error(
    [
      `no stack is named, and none is selected: ${selected.problem}`,
      ...(trial === undefined ? [] : [`The trial platform is --stack ${trial.stack}.`]),
      "One of your own: name it with --stack NAME, or select it with pulumi stack select NAME",
    ].join("\n"),
  );
}

/** What Pulumi says is selected, with the operator's own CLI and state. */
async function selectedStack(directory: string): Promise<{ stack: string } | { problem: string }> {
  return await new Promise((resolve) => {
    const args = ["stack", "--show-name", "--non-interactive"];
    execFile("pulumi", args, { cwd: directory, timeout: boundMilliseconds }, (error, stdout, stderr) => {
      const stack = stdout.trim();
      if (error === null && stack !== "") resolve({ stack });
      else if (error?.code === "ENOENT")
        resolve({ problem: "there is no Pulumi CLI of your own on the PATH to ask" });
      else
        resolve({
          problem: stderr.trim().split("\n")[0] || error?.message || "pulumi stack --show-name told none",
        });
    });
  });
}
