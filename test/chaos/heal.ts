import { recover } from "../../ops/recover/recover.ts";
import type { Config } from "./model.ts";
import type { ChaosPlatform } from "./platform.ts";
import { demandSuccess } from "./updates.ts";

/** How the operator removes the lock: at once with `pulumi cancel`, which Pulumi's refusal names, or with `recover`. */
export type Unlocking = "cancel" | "recover";

/**
 * Follows docs/operations.md after an update was killed: the next update either works, or names the one command that
 * heals. The same command also removes the other leftovers of the killed update.
 *
 * @throws when this doesn't lead to a good update.
 */
export async function heal(platform: ChaosPlatform, config: Config, unlocking: Unlocking): Promise<void> {
  if (unlocking === "cancel" && !(await cancelled(platform))) {
    await heal(platform, config, "recover");
    return;
  }
  const first = await platform.up(config);
  if (!first.ok && !first.output.includes("npm run ops -- recover")) {
    // Pulumi refuses before it starts the program, so its message can't name our command. A lock may be half written.
    const locked = /the stack is currently locked|unexpected end of JSON input/.test(first.output);
    if (!locked || unlocking === "cancel") demandSuccess(first);
  }
  await recoverAsOperator(platform);
  if (!first.ok) demandSuccess(await platform.up(config));
}

/**
 * Removes the lock as Pulumi's refusal says. False if Pulumi can't read the file beside the state that the kill cut off:
 * docs/troubleshooting.md names `recover` for that.
 *
 * @throws Error if it fails otherwise
 */
async function cancelled(platform: ChaosPlatform): Promise<boolean> {
  const { exitCode, stdout, stderr } = await platform.target.pulumi(["cancel", "--yes"]);
  if (exitCode === 0) return true;
  const said = `${stdout}${stderr}`;
  if (/EOF|unexpected end of JSON input/.test(said)) return false;
  throw new Error(`pulumi cancel failed: ${said.trim()}`);
}

/** Runs `recover`. Its lines count as printed, so the check for secrets covers them. */
export async function recoverAsOperator(platform: ChaosPlatform): Promise<void> {
  await recover(platform.target, {
    report: (line) => {
      platform.printed += `${line}\n`;
    },
  });
}
