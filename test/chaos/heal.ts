import { recover } from "../../ops/recover/recover.ts";
import type { Config } from "./model.ts";
import type { ChaosPlatform } from "./platform.ts";
import { demandSuccess } from "./updates.ts";

/** How an operator comes past the lock: at once by Pulumi's own command, which its refusal names, or by ours. */
export type Unlocking = "cancel" | "recover";

/**
 * Does after an update that was killed what docs/operations.md says: an update either just works, or names the one
 * command that heals. What the killed one left besides is removed by the same command.
 *
 * @throws when that doesn't lead to a good update.
 */
export async function heal(platform: ChaosPlatform, config: Config, unlocking: Unlocking): Promise<void> {
  if (unlocking === "cancel") await platform.target.pulumi(["cancel", "--yes"]);
  const first = await platform.up(config);
  if (!first.ok && !first.output.includes("npm run ops -- recover")) {
    // Pulumi's own refusal comes before the program's first line, and so cannot name it; a lock may be half written.
    const locked = /the stack is currently locked|unexpected end of JSON input/.test(first.output);
    if (!locked || unlocking === "cancel") demandSuccess(first);
  }
  await recoverAsOperator(platform);
  if (!first.ok) demandSuccess(await platform.up(config));
}

/** The operator's command, of which every line counts as printed. */
export async function recoverAsOperator(platform: ChaosPlatform): Promise<void> {
  await recover(platform.target, {
    report: (line) => {
      platform.printed += `${line}\n`;
    },
  });
}
