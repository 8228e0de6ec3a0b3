import { script } from "./script.ts";
import { optional, text, wholeNumber, word } from "./variable.ts";

/** The engine's id of a container. */
export const containerId = text("WEBNET_CONTAINER_ID");

/** The longest time that a script waits, in seconds. */
export const timeoutSeconds = wholeNumber("WEBNET_TIMEOUT_SECONDS");

/**
 * Processes and threads that the container may have. The step bounds them before it waits. Optional: a deletion gets the
 * variables of an earlier webnet.
 */
export const processes = optional(wholeNumber("WEBNET_PROCESSES"));

/** A release's name. */
export const release = text("WEBNET_RELEASE");

const gateVariables = {
  /** The name of what is checked, for the error. */
  subject: text("WEBNET_SUBJECT"),
  containerId,
  processes,
  timeoutSeconds,
  /** What serves meanwhile, as a sentence for the error. Default: the route was not moved */
  meanwhile: optional(text("WEBNET_MEANWHILE")),
  /** `engine`: only the engine's checks count. `container`: the script also runs the check itself. Default: `engine` */
  asks: optional(word("WEBNET_ASKS", ["engine", "container"])),
};

/** Waits until a container is healthy. */
export const gateScript = script({ file: "deploy/gate.ts", variables: gateVariables });

/** Waits until a release's container is healthy; at its deletion, refuses that while the release serves. */
export const releaseGateScript = script({
  file: "deploy/gate.ts",
  onDelete: "deploy/retire.ts",
  variables: {
    ...gateVariables,
    release,
    /** The number of the release's container. Default: 1 */
    replica: optional(wholeNumber("WEBNET_REPLICA")),
  },
});
