import { script } from "./script.ts";
import { optional, text, wholeNumber, word } from "./variable.ts";

/** The id of a container, as the engine gave it. */
export const containerId = text("WEBNET_CONTAINER_ID");

/** How long a script waits, in seconds. */
export const timeoutSeconds = wholeNumber("WEBNET_TIMEOUT_SECONDS");

/** A release's name. */
export const release = text("WEBNET_RELEASE");

const gateVariables = {
  /** Whose health it is, for the error. */
  subject: text("WEBNET_SUBJECT"),
  containerId,
  timeoutSeconds,
  /** What is served meanwhile, for the error. Default: what a release's gate says */
  meanwhile: optional(text("WEBNET_MEANWHILE")),
  /** Whose word counts: the engine's, or the container's own check. Default: the engine's */
  asks: optional(word("WEBNET_ASKS", ["engine", "container"])),
};

/** Waits until a container is healthy. */
export const gateScript = script({ file: "deploy/gate.ts", variables: gateVariables });

/** The same for a release; when it goes, its container's deletion is refused while it serves. */
export const releaseGateScript = script({
  file: "deploy/gate.ts",
  onDelete: "deploy/retire.ts",
  variables: { ...gateVariables, release },
});
