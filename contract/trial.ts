import { z } from "zod";
import { script } from "./script.ts";
import { json, optional, text, word } from "./variable.ts";

/** What the answer of the running container is called in the environment of the one that is tried. */
export const runningVariable = "WEBNET_RUNNING";

/** Tries a container that is about to take another one's place. */
export const trialScript = script({
  file: "deploy/trial.ts",
  variables: {
    /** Name of the container. */
    container: text("WEBNET_CONTAINER"),
    /** What shows that it is fit. */
    passes: word("WEBNET_PASSES", ["ends", "healthy", "runs"]),
    /** Asked of the one that runs. Default: nothing */
    runningAsked: optional(json("WEBNET_RUNNING_ASKED", z.array(z.string()))),
    /** Digest of its labels: another one is another description, which is tried. */
    labels: text("WEBNET_LABELS"),
    /** What the engine is asked to make. */
    body: json("WEBNET_TRIAL", z.looseObject({}), 1),
  },
});
