import { execFile } from "node:child_process";

const boundMilliseconds = 60_000;

/** The stack that a command uses. */
export interface ChosenStack {
  stack: string;
  /** True if the operator named it with `--stack`. */
  isNamed: boolean;
}

/**
 * Returns the stack that the operator named. Without a name it takes the selected stack, as Pulumi's own commands do.
 * It never falls back to the trial platform: if the CLI failed, a deploy meant for prod would go there and succeed.
 *
 * @throws Error with what to type, if there is neither
 */
export async function chooseStack(
  named: string | undefined,
  directory: string,
  trial: { stack: string } | undefined,
): Promise<ChosenStack> {
  if (named !== undefined) return { stack: named, isNamed: true };
  const selected = await selectedStack(directory);
  if ("stack" in selected) return { stack: selected.stack, isNamed: false };
  throw new Error(
    [
      `no stack is named, and none is selected: ${selected.problem}`,
      ...(trial === undefined
        ? []
        : [`The trial platform, which \`npm run setup\` prepares, is --stack ${trial.stack}.`]),
      "One of your own: name it with --stack NAME, or select it with pulumi stack select NAME",
    ].join("\n"),
  );
}

/** Asks the operator's own Pulumi CLI which stack is selected. */
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
