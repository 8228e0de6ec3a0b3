import { stateOf } from "../../host/owner.ts";
import { recover } from "../recover/recover.ts";
import { readStatus } from "../status/status.ts";
import type { Target } from "../target.ts";
import { ConfigFile } from "./config-file.ts";
import { editedSince, isOfDeploy, Journal, type JournalEntry } from "./journal.ts";
import { rememberChange } from "./last-change.ts";
import { reject } from "./reject.ts";
import { isSameConfig } from "./same-config.ts";
import { update } from "./update.ts";
import { opsLine, recoverLine } from "../../settings/commands.ts";

/**
 * Takes back a deploy that was killed.
 *
 * @param breakLock also takes back a deploy of another host, which the operator knows to be dead. Default: false
 */
export async function abort(
  target: Target,
  say: (line: string) => void,
  { breakLock = false } = {},
): Promise<void> {
  const journal = new Journal(target);
  const entry = killedOf(target, journal, { breakLock, option: "--abort" });
  const config = new ConfigFile(target.configFile);
  if (!isOfDeploy(entry, config.former))
    throw new Error(`the deploy can't be taken back. ${editedSince(journal, entry)}`);
  // The killed update's leftovers would block the next update.
  await recover(target, { report: say, breakLock });
  const { route: served } = await readStatus(target, "told");
  if (!config.write(entry.former))
    throw new Error(
      "nothing was taken back: somebody has edited the config meanwhile, and it is left as it is. Run it again.",
    );
  const failure = await update(target);
  if (failure?.ran === false) {
    const now = config.restore()
      ? ""
      : "\nSomebody has edited the config meanwhile, and it is left as it is.";
    throw new Error(`nothing was taken back: ${failure.reason}${now}`);
  }
  if (failure !== undefined) {
    throw new Error(`the config is as it was before the deploy, the platform not yet: ${failure.reason}`);
  }
  // During the update Pulumi may have written the passphrase's salt into the file.
  const now = config.write(entry.former) ? "is as it was before the deploy" : "has been edited since";
  journal.close();
  const { route } = await readStatus(target);
  // Not before the update, as in takeBack: only now it is known which release is taken back. If the update had failed,
  // that release would serve on and might be finished instead, and nobody has found a fault with it.
  if (served !== undefined && served !== route)
    await reject(target, served, "by deploy --abort, since the deploy was killed", say);
  say(`Taken back: ${route ?? "no release"} serves, and the stack config ${now}.`);
}

/**
 * Finishes a deploy that was killed, with the config as it is now, edited since or not. If that fails, the deploy's
 * note stays, so that the operator can run it again.
 *
 * @param breakLock also finishes a deploy of another host, which the operator knows to be dead. Default: false
 */
export async function finish(
  target: Target,
  say: (line: string) => void,
  { breakLock = false } = {},
): Promise<void> {
  const journal = new Journal(target);
  const entry = killedOf(target, journal, { breakLock, option: "--finish" });
  const { former: written } = new ConfigFile(target.configFile);
  if (isSameConfig(entry.former, written))
    throw new Error(
      "the config is as it was before the deploy, and so there is nothing of it to finish. Nothing was touched. " +
        `To bring the platform to it: ${opsLine("deploy --abort", target)}`,
    );
  await recover(target, { report: say, breakLock });
  const failure = await update(target);
  if (failure !== undefined)
    throw new Error(
      `not finished: ${failure.reason}\nCorrect the config, and run it again: ${journal.finishing}`,
    );
  // An edit of somebody's since is none of this command's.
  if (isOfDeploy(entry, written))
    rememberChange(target, { command: "deploy --finish", former: entry.former, written }, say);
  journal.close();
  const { route } = await readStatus(target);
  say(`Finished: ${route ?? "no release"} serves, as the stack config says.`);
}

/** @throws Error if no deploy was killed, or if it may still run */
function killedOf(
  target: Target,
  journal: Journal,
  { breakLock, option }: { breakLock: boolean; option: string },
): JournalEntry {
  const entry = journal.read();
  if (entry === undefined)
    throw new Error(
      `no deploy of ${target.stack} was killed: there is nothing to take back or to finish. After a killed pulumi up: ` +
        recoverLine(target),
    );
  const { pid, host } = entry.owner;
  const state = stateOf(entry.owner);
  if (state === "running") throw new Error(`the deploy still runs, as process ${pid}: interrupt that one.`);
  if (state === "elsewhere" && !breakLock)
    throw new Error(
      `the deploy ran as process ${pid} on ${host}, and whether it still does can't be seen from here. Nothing was ` +
        `touched. Look there; if it is dead: ${opsLine(`deploy ${option} --break-lock`, target)}`,
    );
  return entry;
}
