import { z } from "zod";
import { script } from "./script.ts";
import { json, optional, text, word } from "./variable.ts";

/** The environment variable that gives the tried container the running one's answer. */
export const runningVariable = "WEBNET_RUNNING";

/** Tries a new container before it replaces the running one. */
export const trialScript = script({
  file: "deploy/trial.ts",
  variables: {
    /** Name of the container. */
    container: text("WEBNET_CONTAINER"),
    /** What counts as success. */
    passes: word("WEBNET_PASSES", ["ends", "healthy", "runs"]),
    /** Command that asks the running container. Default: nothing is asked */
    runningAsked: optional(json("WEBNET_RUNNING_ASKED", z.array(z.string()))),
    /** Digest of the labels: if the labels change, the description changes, and is tried. */
    labels: text("WEBNET_LABELS"),
    /** The engine's request to create the container. */
    body: json("WEBNET_TRIAL", z.looseObject({}), 1),
  },
});
