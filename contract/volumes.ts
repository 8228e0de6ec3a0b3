import { script } from "./script.ts";
import { text } from "./variable.ts";

/** A volume, and an image that the engine holds: a container of that image gives access to the volume. */
export const volumeVariables = {
  volume: text("WEBNET_VOLUME"),
  image: text("WEBNET_IMAGE"),
};

/** Lets the gateway write to the volume that tells which release serves. */
export const openServingScript = script({ file: "deploy/open-serving.ts", variables: volumeVariables });

/** Makes a volume writable by every user of a container that mounts it. */
export const temporaryScript = script({ file: "deploy/temporary.ts", variables: volumeVariables });

/** Gives a new gateway's volume its first configuration. */
export const seedScript = script({ file: "deploy/seed.ts", variables: volumeVariables });
