import { temporaryScript } from "../contract/volumes.ts";
import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { copyTarget, runScript } from "./input.ts";

/**
 * Makes a new volume writable for a service that isn't root. The file `.keep` keeps it so: at the first mount the
 * engine copies the image's directory into an empty volume, with its owner.
 */
await runScript(temporaryScript, async (given) => {
  await execInVolume(connectEngine(), copyTarget(given), ["sh", "-ec", "chmod 1777 . && touch .keep"]);
});
