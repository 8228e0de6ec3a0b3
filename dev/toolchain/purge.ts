import { existsSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { confirmRemoval } from "../../ops/confirm.ts";
import { down } from "./down.ts";
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

async function purge(): Promise<void> {
  if (!existsSync(localPaths.made)) return;
  const host = chosenEngine();
  try {
    await down({ data: true });
  } catch (error) {
    console.log(`• the platform could not be taken down in order: ${messageOf(error)}`);
  }
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

try {
  const { values } = parseArgs({ options: { yes: { type: "boolean" } } });
  const what = "This removes the local platform with its data, and all that set-up made";
  if (await confirmRemoval(what, values.yes === true)) await purge();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
process.exit();
