import { temporaryScript } from "../contract/volumes.ts";
import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { copyTarget, runScript } from "./input.ts";

/**
 * Makes a new volume writable by a service that isn't root, and keeps it so: into one that is empty the engine would copy
 * the image's directory at the first mount, owner and all.
 */
await runScript(temporaryScript, async (given) => {
  await execInVolume(connectEngine(), copyTarget(given), ["sh", "-ec", "chmod 1777 . && touch .keep"]);
});
