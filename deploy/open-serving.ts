import { openServingScript } from "../contract/volumes.ts";
import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { copyTarget, runScript } from "./input.ts";

/**
 * Lets the gateway, which is not root, write to the volume that tells the backends which release serves. All other
 * containers mount it read-only. Before the first switch it has no file, because no release serves.
 */
await runScript(openServingScript, async (given) => {
  await execInVolume(connectEngine(), copyTarget(given), ["chmod", "0777", "."]);
});
