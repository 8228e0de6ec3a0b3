import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { copyLabels, input, runCommand } from "./input.ts";

/**
 * Makes a new volume writable by a service that isn't root, and keeps it so: into one that is empty the engine would copy
 * the image's directory at the first mount, owner and all.
 */
await runCommand(async () => {
  const target = {
    image: input("WEBNET_IMAGE"),
    volume: input("WEBNET_VOLUME"),
    labels: copyLabels(),
  };
  await execInVolume(connectEngine(), target, ["sh", "-ec", "chmod 1777 . && touch .keep"]);
});
