import { openServingScript } from "../contract/volumes.ts";
import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { copyTarget, runScript } from "./input.ts";

/**
 * Lets the gateway, which is not root, write to the volume that tells the backends which release serves. Whoever else has
 * it has it read-only. There is no file in it before the first switch: nobody serves then.
 */
await runScript(openServingScript, async (given) => {
  await execInVolume(connectEngine(), copyTarget(given), ["chmod", "0777", "."]);
});
