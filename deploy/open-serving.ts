import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { copyLabels, input, runCommand } from "./input.ts";

/**
 * Lets the gateway, which is not root, write to the volume that tells the backends which release serves. Whoever else has
 * it has it read-only. There is no file in it before the first switch: nobody serves then.
 */
await runCommand(async () => {
  const target = {
    image: input("WEBNET_IMAGE"),
    volume: input("WEBNET_VOLUME"),
    labels: copyLabels(),
  };
  await execInVolume(connectEngine(), target, ["chmod", "0777", "."]);
});
