import { existsSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { confirmRemoval } from "../../ops/confirm.ts";
import { down, removeRest } from "./down.ts";
import { connectEngine } from "../../engine/client.ts";
import { answers } from "./engine-probe.ts";
import { chosenEngine, localPaths } from "./environment.ts";
import { removeExtraEngines } from "./extra-engines.ts";
import { removeLocalImages } from "./leftovers.ts";
import { unmountUnder } from "./engine-process.ts";
import { isPrivateEngineRunning, removeShortFolder, stopPrivateEngine } from "./private-engine.ts";
import { privateHost } from "./private-paths.ts";
import { run } from "./process.ts";
import { tidyStackFile } from "./stack-file.ts";
import { messageOf } from "../../host/message.ts";

const probeSeconds = 3;

/** The two ways to remove the platform with its data. */
export interface Removal {
  /** By Pulumi. */
  down: () => Promise<void>;
  /** By the labels of what an engine has. */
  removeRest: () => Promise<void>;
}

/**
 * Takes the platform down, by its labels where Pulumi can't. What the private engine has goes with its folder.
 *
 * @throws when the user's own engine refuses: what stays there is then not for purge to forget.
 */
export async function takeDown(host: string | undefined, removal: Removal): Promise<void> {
  try {
    await removal.down();
    return;
  } catch (error) {
    console.log(`• the platform could not be taken down in order: ${messageOf(error)}`);
  }
  if (host === undefined || host === privateHost) return;
  try {
    await removal.removeRest();
  } catch (error) {
    throw new Error(
      `the engine at ${host} did not let go of the platform: ${messageOf(error)}\n` +
        ".webnet stays, with Pulumi's state and the passphrase: mend this, then run npm run purge again",
      { cause: error },
    );
  }
}

async function purge(): Promise<void> {
  if (!existsSync(localPaths.made)) return;
  const host = chosenEngine();
  await takeDown(host, { down: () => down({ data: true }), removeRest: () => removeRest({ data: true }) });
  if (host !== undefined && host !== privateHost && (await answers(host, probeSeconds))) {
    console.log(`• local images … ${await removeLocalImages(connectEngine(host))} removed from ${host}`);
  }
  if (isPrivateEngineRunning()) await stopPrivateEngine();
  await removeExtraEngines("all");
  await unmountUnder(localPaths.made);
  removeShortFolder();
  // The user's own Go settings may have made the module cache read-only.
  if (existsSync(localPaths.go)) await run("chmod", ["-R", "u+w", localPaths.go], { log: "chmod" });
  tidyStackFile();
  rmSync(localPaths.made, { recursive: true, force: true });
  console.log("• .webnet … removed; node_modules stays");
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { yes: { type: "boolean" } } });
    const what = "This removes the local platform with its data, and all that set-up made";
    if (await confirmRemoval(what, values.yes === true)) await purge();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
  process.exit();
}
